import { GraftError } from "@graft-ml/core";
import { type Matrix, rowOf } from "@graft-ml/core/linalg";
import { checkTable } from "./check-table.js";

/** Probabilities of float16 add up to 1 so nearly. */
const NEAR = 1e-2;

/** Throws as `checkTable`, and `dataset-invalid` for a row that is below 0 somewhere or doesn't add up to 1. */
export function checkProbabilities(probabilities: Matrix): void {
  checkTable("table of probabilities", probabilities);
  for (let row = 0; row < probabilities.rows; row++) {
    const values = rowOf(probabilities, row);
    const sum = values.reduce((total, value) => total + value, 0);
    if (Math.abs(sum - 1) <= NEAR && values.every((value) => value >= 0)) continue;
    throw new GraftError(
      "dataset-invalid",
      `Row ${row} of the probabilities is no distribution: it adds up to ${sum}, or is below 0 somewhere. Give probabilities, by softmax of the logits.`,
      { details: { row, sum } },
    );
  }
}
