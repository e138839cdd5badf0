import { type Matrix, takeRows } from "@graft-ml/core/linalg";
import { medianDistance, squaredDistances } from "../linalg/distances.js";

/** Rows whose distances tell how wide a kernel should be. */
const WIDTH_ROWS = 1000;

/** exp(-|a - b|^2 / (2 width^2)) between rows (N, D) and (M, D): (N, M). */
export function gaussianKernel(a: Matrix, b: Matrix, width: number): Matrix {
  const squares = squaredDistances(a, b);
  const scale = -1 / (2 * width * width);
  return { ...squares, data: squares.data.map((square) => Math.exp(square * scale)) };
}

/** The median distance of rows, of at most a thousand that lie evenly among them. */
export function kernelWidth(rows: Matrix): number {
  const count = Math.min(rows.rows, WIDTH_ROWS);
  const some = Array.from({ length: count }, (_, at) => Math.floor((at * rows.rows) / count));
  const few = count === rows.rows ? rows : takeRows(rows, some);
  return medianDistance(squaredDistances(few, few));
}
