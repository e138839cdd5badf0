import { type Matrix, mapMatrix, multiply, rowOf } from "@graft-ml/core/linalg";
import { type AlgebraOptions, hostAlgebra, type LinearAlgebra } from "../linalg/linear-algebra.js";
import { columnMeans, withRidge } from "../linalg/moments.js";
import { type Alignment, checkDomains, type Domains } from "./alignment.js";

export type LinearTransportOptions = AlgebraOptions & {
  /** What is added to the variance of each feature. Default 1e-6 of the mean variance. */
  ridge?: number;
};

/**
 * Linear optimal transport: the source is moved as the cheapest way between two Gaussians does (Peyre and
 * Cuturi 2019, equation 2.40), `(Xs - ms) A + mt` with `A = Cs^-1/2 (Cs^1/2 Ct Cs^1/2)^1/2 Cs^-1/2`.
 * Throws as `checkDomains` does.
 */
export async function linearTransport(
  domains: Domains,
  options: LinearTransportOptions = {},
): Promise<Alignment> {
  checkDomains(domains);
  const { algebra = hostAlgebra } = options;
  const { source, target } = domains;
  const [own, other] = [await algebra.covariance(source), await algebra.covariance(target)];
  const { ridge = 1e-6 * meanVariance(own) } = options;
  const weight = await gaussianMap(withRidge(own, ridge), withRidge(other, ridge), {
    algebra,
    ridge,
  });
  const [from, to] = [columnMeans(source), columnMeans(target)];
  const turned = multiply({ rows: 1, columns: from.length, data: from }, weight);
  const moved = await algebra.multiply(source, weight);
  const bias = to.map((mean, column) => mean - rowOf(turned, 0)[column]!);
  return { source: mapMatrix(moved, (value, _, column) => value + bias[column]!), target };
}

async function gaussianMap(
  source: Matrix,
  target: Matrix,
  { algebra, ridge }: { algebra: LinearAlgebra; ridge: number },
): Promise<Matrix> {
  const { root, inverse } = await algebra.roots(source, { least: ridge });
  const around = async (outer: Matrix, inner: Matrix) =>
    algebra.multiply(await algebra.multiply(outer, inner), outer);
  const between = await algebra.roots(await around(root, target), { least: ridge ** 2 });
  return around(inverse, between.root);
}

const meanVariance = ({ rows, data }: Matrix): number => {
  let trace = 0;
  for (let at = 0; at < rows; at++) trace += data[at * rows + at]!;
  return trace / rows || 1;
};
