import { GraftError } from "../errors.js";
import { type Matrix, rowOf, zeros } from "./matrix.js";

/**
 * The lower triangle L with LL' = A of a symmetric matrix whose eigenvalues are above 0 (Golub and Van
 * Loan, Matrix Computations, 4.2). Throws `batch-invalid` where they are not.
 */
export function cholesky(matrix: Matrix): Matrix {
  const size = matrix.rows;
  const lower = zeros(size, size);
  for (let i = 0; i < size; i++) {
    const row = rowOf(lower, i);
    for (let j = 0; j <= i; j++) {
      const other = rowOf(lower, j);
      const sum = matrix.data[i * size + j]! - dotBefore(j, row, other);
      if (i === j) {
        if (!(sum > 0)) throw notPositive(i, sum);
        row[j] = Math.sqrt(sum);
      } else row[j] = sum / other[j]!;
    }
  }
  return lower;
}

/** Four sums at a time, since this is where the work is. */
function dotBefore(end: number, a: Float64Array, b: Float64Array): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  const whole = end - (end % 4);
  for (let k = 0; k < whole; k += 4) {
    s0 += a[k]! * b[k]!;
    s1 += a[k + 1]! * b[k + 1]!;
    s2 += a[k + 2]! * b[k + 2]!;
    s3 += a[k + 3]! * b[k + 3]!;
  }
  for (let k = whole; k < end; k++) s0 += a[k]! * b[k]!;
  return s0 + s1 + s2 + s3;
}

/** x with LL'x = b, for a lower triangle L (N, N) and b (N). */
export function solveVector(lower: Matrix, b: ArrayLike<number>): Float64Array {
  const x = Float64Array.from(b);
  for (let i = 0; i < x.length; i++) {
    const row = rowOf(lower, i);
    x[i] = (x[i]! - dotBefore(i, row, x)) / row[i]!;
  }
  for (let i = x.length - 1; i >= 0; i--) {
    const row = rowOf(lower, i);
    x[i]! /= row[i]!;
    const times = x[i]!;
    for (let k = 0; k < i; k++) x[k]! -= times * row[k]!;
  }
  return x;
}

/** X with LX = B, for a lower triangle L (N, N) and B (N, M). */
export function solveLower(lower: Matrix, b: Matrix): Matrix {
  const x: Matrix = { ...b, data: Float64Array.from(b.data) };
  for (let i = 0; i < lower.rows; i++) {
    const [row, own] = [rowOf(lower, i), rowOf(x, i)];
    for (let k = 0; k < i; k++) subtract(own, row[k]!, rowOf(x, k));
    divide(own, row[i]!);
  }
  return x;
}

/** X with L'X = B, for a lower triangle L (N, N) and B (N, M). */
export function solveUpper(lower: Matrix, b: Matrix): Matrix {
  const x: Matrix = { ...b, data: Float64Array.from(b.data) };
  for (let i = lower.rows - 1; i >= 0; i--) {
    const own = rowOf(x, i);
    for (let k = i + 1; k < lower.rows; k++) {
      subtract(own, lower.data[k * lower.columns + i]!, rowOf(x, k));
    }
    divide(own, lower.data[i * lower.columns + i]!);
  }
  return x;
}

/** X with AX = B, for a symmetric A whose eigenvalues are above 0. Throws as `cholesky`. */
export function solveSymmetric(a: Matrix, b: Matrix): Matrix {
  const lower = cholesky(a);
  return solveUpper(lower, solveLower(lower, b));
}

function subtract(from: Float64Array, times: number, row: Float64Array): void {
  if (times === 0) return;
  for (let at = 0; at < from.length; at++) from[at]! -= times * row[at]!;
}

function divide(row: Float64Array, by: number): void {
  for (let at = 0; at < row.length; at++) row[at]! /= by;
}

const notPositive = (row: number, value: number): GraftError =>
  new GraftError(
    "batch-invalid",
    `A matrix that must have eigenvalues above 0 has none left at row ${row} (${value}). Give a larger ridge, or features without columns that repeat others.`,
    { details: { row, value } },
  );
