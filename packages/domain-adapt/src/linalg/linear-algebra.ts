import { type Matrix, multiply } from "@graft-ml/core/linalg";
import { functionsOf } from "./eigen.js";
import { covariance } from "./moments.js";

/** Where the dear parts of a method are computed. */
export type LinearAlgebra = {
  /** The covariance (D, D) of rows (N, D), over N - 1. */
  covariance(rows: Matrix): Promise<Matrix>;
  /** Rows (N, D) by (D, K). */
  multiply(rows: Matrix, by: Matrix): Promise<Matrix>;
  /** The square roots of a symmetric matrix (D, D) and of its inverse. */
  roots(matrix: Matrix, bound: RootBound): Promise<Roots>;
};

export type RootBound = {
  /** What no eigenvalue is below, more than 0: the ridge that was added, say. */
  least: number;
};

export type Roots = { readonly root: Matrix; readonly inverse: Matrix };

export type AlgebraOptions = {
  /** Default: `hostAlgebra`. `engineAlgebra` is faster from some thousand rows or some hundred features on. */
  algebra?: LinearAlgebra;
};

/** In float64, in JavaScript. */
export const hostAlgebra: LinearAlgebra = {
  covariance: async (rows) => covariance(rows),
  multiply: async (rows, by) => multiply(rows, by),
  roots: async (matrix, { least }) => {
    const rootOf = (value: number) => Math.sqrt(Math.max(least, value));
    const [root, inverse] = functionsOf(matrix, [rootOf, (value) => 1 / rootOf(value)]);
    return { root: root!, inverse: inverse! };
  },
};
