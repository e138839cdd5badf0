import { type Matrix, multiply } from "@graft-ml/core/linalg";
import { covariance } from "./moments.js";

/** What is computed on all rows of a domain: the part of a method that grows with its samples. */
export type TallProducts = {
  /** The covariance (D, D) of rows (N, D), over N - 1. */
  covariance(rows: Matrix): Promise<Matrix>;
  /** Rows (N, D) by (D, K). */
  multiply(rows: Matrix, by: Matrix): Promise<Matrix>;
};

export type ProductsOptions = {
  /** Default: `hostProducts`. `engineProducts` is faster from some thousand rows on. */
  products?: TallProducts;
};

/** In float64, in JavaScript. */
export const hostProducts: TallProducts = {
  covariance: async (rows) => covariance(rows),
  multiply: async (rows, by) => multiply(rows, by),
};
