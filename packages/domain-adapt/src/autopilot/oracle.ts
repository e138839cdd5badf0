import { GraftError } from "@graft-ml/core";
import { classesOf } from "../heads/linear-head.js";
import type { Adapted } from "./candidates.js";
import type { Lesson } from "./lesson.js";

/** The share of the target whose class the head tells. Throws `dataset-invalid` for other than a label a row. */
export function accuracyOf(
  { head }: Adapted,
  { target }: Lesson,
  labels: ArrayLike<number>,
): number {
  if (labels.length !== target.rows) {
    throw new GraftError(
      "dataset-invalid",
      `The target has ${target.rows} rows and ${labels.length} labels. Give one a row, or none.`,
      { details: { rows: target.rows, labels: labels.length } },
    );
  }
  const told = classesOf(target, head);
  return told.filter((label, row) => label === labels[row]).length / target.rows;
}
