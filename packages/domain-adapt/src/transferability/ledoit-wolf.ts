import type { Matrix } from "@graft-ml/core/linalg";

type Shrinkage = {
  /** 0 (the covariance of the samples) to 1 (the identity by their mean variance). */
  readonly intensity: number;
  readonly meanVariance: number;
};

/**
 * By how much a covariance over N is best drawn to the identity (Ledoit and Wolf 2004), from
 * centred rows X (N, D) and either of X'X and XX', whose squares have the same sum.
 */
export function ledoitWolf({ rows, columns, data }: Matrix, products: Matrix): Shrinkage {
  const squares = Float64Array.from({ length: rows }, (_, row) => {
    const values = data.subarray(row * columns, (row + 1) * columns);
    return values.reduce((sum, value) => sum + value * value, 0);
  });
  const meanVariance = squares.reduce((sum, value) => sum + value, 0) / (rows * columns);
  const fourth = squares.reduce((sum, value) => sum + value * value, 0) / rows;
  const covarianceSquares = products.data.reduce((sum, x) => sum + x * x, 0) / rows ** 2;
  const apart = covarianceSquares - columns * meanVariance ** 2;
  const noise = Math.min(Math.max(0, fourth - covarianceSquares) / rows, apart);
  return { intensity: apart > 0 ? noise / apart : 0, meanVariance };
}
