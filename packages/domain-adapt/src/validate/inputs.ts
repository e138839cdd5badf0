import { GraftError } from "@graft-ml/core";
import type { Matrix } from "@graft-ml/core/linalg";
import { checkProbabilities } from "../linalg/check-probabilities.js";

/** Throws as `checkProbabilities`, and `shape-mismatch` for probabilities of one class. */
export function checkChances(probabilities: Matrix): void {
  checkProbabilities(probabilities);
  if (probabilities.columns >= 2) return;
  throw new GraftError(
    "shape-mismatch",
    `Probabilities of ${probabilities.columns} class can't be told apart. Pass (samples, classes) of two classes or more.`,
    { details: { rows: probabilities.rows, columns: probabilities.columns } },
  );
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
