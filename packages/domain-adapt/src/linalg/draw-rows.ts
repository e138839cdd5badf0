import { permutation } from "@graft-ml/core";
import { type Matrix, takeRows } from "@graft-ml/core/linalg";

/** So many rows, in their order, drawn without replacement; all where there are no more. */
export function drawRows(
  matrix: Matrix,
  draw: { most: number; seed: number; epoch: number },
): Matrix {
  if (matrix.rows <= draw.most) return matrix;
  return takeRows(
    matrix,
    permutation(draw.seed, draw.epoch, matrix.rows).slice(0, draw.most).sort(),
  );
}
