import { type Matrix, multiplyTransposed, rowOf, zeros } from "@graft-ml/core/linalg";
/** Squared Euclidean distances (N, M) between the rows of (N, D) and of (M, D), 0 at least. */
export function squaredDistances(a: Matrix, b: Matrix): Matrix {
  const products = multiplyTransposed(a, b);
  const [own, others] = [squaredLengths(a), squaredLengths(b)];
  const distances = zeros(a.rows, b.rows);
  for (let i = 0, at = 0; i < a.rows; i++) {
    for (let j = 0; j < b.rows; j++, at++) {
      distances.data[at] = Math.max(0, own[i]! + others[j]! - 2 * products.data[at]!);
    }
  }
  return distances;
}

/** The squared length of each row. */
export const squaredLengths = (matrix: Matrix): Float64Array =>
  Float64Array.from({ length: matrix.rows }, (_, row) => {
    return rowOf(matrix, row).reduce((sum, value) => sum + value * value, 0);
  });

/** The median of the distances that are not 0, by which kernels are as wide as their data. */
export function medianDistance(squares: Matrix): number {
  const positive = squares.data.filter((square) => square > 0).sort();
  return positive.length === 0 ? 1 : Math.sqrt(positive[Math.floor(positive.length / 2)]!);
}
