import { GraftError, type HostTensor } from "@graft-ml/core";
import { type Matrix, matrixOf, rowOf } from "../linalg/matrix.js";

/** A table of numbers (N, M), row-major. */
export type Table = HostTensor<"float32" | "float64">;

/** What float32 probabilities of many classes may be off by. */
const SLACK = 1e-3;

/** A table with rows and finite numbers as a matrix. */
export function finiteRows(table: Table, what: string): Matrix {
  const matrix = matrixOf(table);
  if (matrix.rows === 0 || matrix.columns === 0) {
    throw new GraftError("dataset-empty", `The ${what} have no rows. Pass at least one.`, {
      details: { shape: table.shape },
    });
  }
  const at = matrix.data.findIndex((value) => !Number.isFinite(value));
  if (at === -1 && matrix.data.length === matrix.rows * matrix.columns) return matrix;
  const row = Math.floor(at / matrix.columns);
  throw at === -1
    ? new GraftError(
        "shape-mismatch",
        `The ${what} are ${matrix.data.length} numbers, not the ${matrix.rows * matrix.columns} of the shape [${table.shape}].`,
        { details: { shape: table.shape, length: matrix.data.length } },
      )
    : new GraftError(
        "dataset-invalid",
        `Row ${row} of the ${what} holds ${matrix.data[at]}. Leave out what the model could not score.`,
        { details: { row, value: matrix.data[at] } },
      );
}

/** Probabilities (N, C) as a matrix; rows that are none are refused. */
export function probabilityRows(probabilities: Table): Matrix {
  const matrix = finiteRows(probabilities, "probabilities");
  if (matrix.columns < 2) {
    throw new GraftError(
      "shape-mismatch",
      `Probabilities of ${matrix.columns} class can't be told apart. Pass (samples, classes) of two classes or more.`,
      { details: { shape: probabilities.shape } },
    );
  }
  for (let row = 0; row < matrix.rows; row++) {
    const chances = rowOf(matrix, row);
    const sum = chances.reduce((all, chance) => all + chance, 0);
    if (chances.every((chance) => chance >= 0) && Math.abs(sum - 1) <= SLACK) continue;
    throw new GraftError(
      "dataset-invalid",
      `Row ${row} of the probabilities sums to ${sum}, or holds one below 0. Pass logits through softmax first.`,
      { details: { row, sum } },
    );
  }
  return matrix;
}

/** Finite numbers, as many as asked for. */
export function finiteList(
  values: ArrayLike<number>,
  { what, count = values.length }: { what: string; count?: number },
): Float64Array {
  if (values.length !== count || count === 0) {
    throw new GraftError(
      "shape-mismatch",
      `There are ${values.length} ${what}, not ${count || "one or more"}. Pass one for each.`,
      { details: { what, length: values.length, count } },
    );
  }
  const list = Float64Array.from(values);
  const at = list.findIndex((value) => !Number.isFinite(value));
  if (at === -1) return list;
  throw new GraftError(
    "dataset-invalid",
    `Number ${at} of the ${what} is ${list[at]}. Leave out what has no finite value.`,
    { details: { what, at, value: list[at] } },
  );
}
