import { type Matrix, mapMatrix, rowOf } from "@graft-ml/core/linalg";

/** The softmax of each row of logits (N, C). */
export function probabilitiesOf(logits: Matrix): Matrix {
  const tops = Array.from({ length: logits.rows }, (_, row) =>
    rowOf(logits, row).reduce((a, b) => Math.max(a, b)),
  );
  const sums = tops.map((top, row) =>
    rowOf(logits, row).reduce((sum, logit) => sum + Math.exp(logit - top), 0),
  );
  return mapMatrix(logits, (logit, row) => Math.exp(logit - tops[row]!) / sums[row]!);
}

/** The place of the largest number of each row; of equals, the first. */
export const topOf = (rows: Matrix): Int32Array =>
  Int32Array.from({ length: rows.rows }, (_, row) => {
    const own = rowOf(rows, row);
    return own.reduce((best, value, at) => (value > own[best]! ? at : best), 0);
  });
