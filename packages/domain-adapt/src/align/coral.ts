import { type Matrix, multiply } from "@graft-ml/core/linalg";
import { functionOf } from "../linalg/eigen.js";
import { withRidge } from "../linalg/moments.js";
import { hostProducts, type ProductsOptions } from "../linalg/tall-products.js";
import { type Alignment, checkDomains, type Domains } from "./alignment.js";

export type CoralOptions = ProductsOptions & {
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
  const { ridge = 1, products = hostProducts } = options;
  const { source, target } = domains;
  const [own, other] = [await products.covariance(source), await products.covariance(target)];
  return { source: await products.multiply(source, coloring(own, other, ridge)), target };
}

function coloring(source: Matrix, target: Matrix, ridge: number): Matrix {
  const whitened = functionOf(withRidge(source, ridge), (value) => 1 / Math.sqrt(value));
  return multiply(whitened, functionOf(withRidge(target, ridge), Math.sqrt));
}
