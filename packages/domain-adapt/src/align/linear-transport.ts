import { type Matrix, mapMatrix, multiply, rowOf } from "@graft-ml/core/linalg";
import { functionOf } from "../linalg/eigen.js";
import { columnMeans, withRidge } from "../linalg/moments.js";
import { hostProducts, type ProductsOptions } from "../linalg/tall-products.js";
import { type Alignment, checkDomains, type Domains } from "./alignment.js";

export type LinearTransportOptions = ProductsOptions & {
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
  const { products = hostProducts } = options;
  const { source, target } = domains;
  const [own, other] = [await products.covariance(source), await products.covariance(target)];
  const { ridge = 1e-6 * meanVariance(own) } = options;
  const weight = gaussianMap(withRidge(own, ridge), withRidge(other, ridge));
  const [from, to] = [columnMeans(source), columnMeans(target)];
  const turned = multiply({ rows: 1, columns: from.length, data: from }, weight);
  const moved = await products.multiply(source, weight);
  const bias = to.map((mean, column) => mean - rowOf(turned, 0)[column]!);
  return { source: mapMatrix(moved, (value, _, column) => value + bias[column]!), target };
}

function gaussianMap(source: Matrix, target: Matrix): Matrix {
  const root = functionOf(source, Math.sqrt);
  const inverse = functionOf(source, (value) => 1 / Math.sqrt(value));
  const between = functionOf(multiply(multiply(root, target), root), (value) =>
    Math.sqrt(Math.max(0, value)),
  );
  return multiply(multiply(inverse, between), inverse);
}

const meanVariance = ({ rows, data }: Matrix): number => {
  let trace = 0;
  for (let at = 0; at < rows; at++) trace += data[at * rows + at]!;
  return trace / rows || 1;
};
