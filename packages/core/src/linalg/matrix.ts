import { GraftError } from "../errors.js";
import type { HostTensor } from "../weights/host-tensor.js";

/** Numbers in rows, row-major. Never written again once given. */
export type Matrix = {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
};

export const zeros = (rows: number, columns: number): Matrix => ({
  rows,
  columns,
  data: new Float64Array(rows * columns),
});

/** Features (N, D) of any kind of number as a matrix. Throws `shape-mismatch` for another rank. */
export function matrixOf(features: HostTensor<"float32" | "float64" | "int32">): Matrix {
  const [rows, columns] = features.shape;
  if (features.shape.length !== 2 || rows === undefined || columns === undefined) {
    throw new GraftError(
      "shape-mismatch",
      `Features are a table of (samples, size), not [${features.shape}]. Pool or flatten them first.`,
      { details: { shape: features.shape } },
    );
  }
  return { rows, columns, data: new Float64Array(features.data) };
}

/** A matrix as features (N, D), rounded to float32. */
export const featuresOf = ({ rows, columns, data }: Matrix): HostTensor<"float32"> => ({
  dtype: "float32",
  shape: [rows, columns],
  data: new Float32Array(data),
});

/** A view of one row. */
export const rowOf = ({ columns, data }: Matrix, row: number): Float64Array =>
  data.subarray(row * columns, (row + 1) * columns);

/** The named rows, in their order. */
export function takeRows(matrix: Matrix, rows: ArrayLike<number>): Matrix {
  const taken = zeros(rows.length, matrix.columns);
  for (let row = 0; row < rows.length; row++) {
    rowOf(taken, row).set(rowOf(matrix, rows[row]!));
  }
  return taken;
}

/** One below the other. */
export function stackRows(upper: Matrix, lower: Matrix): Matrix {
  const stacked = zeros(upper.rows + lower.rows, upper.columns);
  stacked.data.set(upper.data);
  stacked.data.set(lower.data, upper.data.length);
  return stacked;
}

export function transpose({ rows, columns, data }: Matrix): Matrix {
  const turned = zeros(columns, rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      turned.data[column * rows + row] = data[row * columns + column]!;
    }
  }
  return turned;
}

/** Each number of a matrix by a function of it, its row and its column. */
export function mapMatrix(
  { rows, columns, data }: Matrix,
  map: (value: number, row: number, column: number) => number,
): Matrix {
  const mapped = zeros(rows, columns);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at++) {
      mapped.data[at] = map(data[at]!, row, column);
    }
  }
  return mapped;
}
