import { gram, type Matrix, mapMatrix, rowOf } from "@graft-ml/core/linalg";
/** The mean of each column. */
export function columnMeans(matrix: Matrix): Float64Array {
  const means = new Float64Array(matrix.columns);
  for (let row = 0; row < matrix.rows; row++) {
    const values = rowOf(matrix, row);
    for (let column = 0; column < values.length; column++) means[column]! += values[column]!;
  }
  return means.map((sum) => sum / matrix.rows);
}

/** Rows about the mean of each column. */
export function centred(matrix: Matrix, means: Float64Array = columnMeans(matrix)): Matrix {
  return mapMatrix(matrix, (value, _, column) => value - means[column]!);
}

/** The covariance of columns (D, D), over N - 1. */
export function covariance(matrix: Matrix): Matrix {
  const { rows, columns, data } = gram(centred(matrix));
  return { rows, columns, data: data.map((sum) => sum / (matrix.rows - 1)) };
}

/** Rows of length 1 in the given norm; a row of zeros stays one. */
export function unitRows(matrix: Matrix, norm: "sum" | "euclidean" = "euclidean"): Matrix {
  const lengths = Float64Array.from({ length: matrix.rows }, (_, row) => {
    const values = rowOf(matrix, row);
    return norm === "sum"
      ? values.reduce((sum, value) => sum + Math.abs(value), 0)
      : Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  });
  return mapMatrix(matrix, (value, row) => value / (lengths[row]! || 1));
}

/** A square matrix with a number added along its diagonal. */
export const withRidge = (matrix: Matrix, ridge: number): Matrix =>
  mapMatrix(matrix, (value, row, column) => (row === column ? value + ridge : value));
