import type { Lowering } from "./rule.js";

/** Rows of numbers. */
export type Matrix = readonly (readonly number[])[];

/** Every number of `a` times all of `b`. */
export const kronecker = (a: Matrix, b: Matrix): Matrix =>
  a.flatMap((row) => b.map((other) => row.flatMap((x) => other.map((y) => x * y))));

/** The matrix as a float32 constant. Default shape: rows and columns. */
export function placeMatrix(
  context: Lowering,
  matrix: Matrix,
  shape: readonly number[] = [matrix.length, matrix[0]?.length ?? 0],
): string {
  return context.constant("float32", shape, Float32Array.from(matrix.flat()));
}
