import type { Matrix } from "@graft-ml/core/linalg";
import { type AlgebraOptions, hostAlgebra } from "../linalg/linear-algebra.js";
import { withRidge } from "../linalg/moments.js";
import { type Alignment, checkDomains, type Domains } from "./alignment.js";

export type CoralOptions = AlgebraOptions & {
  /** What is added to the variance of each feature. Default 1, the authors'. */
  ridge?: number;
};

/**
 * CORAL (Sun, Feng and Saenko 2016, algorithm 1): the source's features are whitened and coloured with the
 * target's covariance, `Xs (Cs + I)^-1/2 (Ct + I)^1/2`. Features should be z-scores. Throws as
 * `checkDomains` does.
 */
export async function coral(domains: Domains, options: CoralOptions = {}): Promise<Alignment> {
  checkDomains(domains);
  const { ridge = 1, algebra = hostAlgebra } = options;
  const { source, target } = domains;
  const rootsOf = async (rows: Matrix) =>
    algebra.roots(withRidge(await algebra.covariance(rows), ridge), { least: ridge });
  const { inverse: whitening } = await rootsOf(source);
  const { root: coloring } = await rootsOf(target);
  const weight = await algebra.multiply(whitening, coloring);
  return { source: await algebra.multiply(source, weight), target };
}
