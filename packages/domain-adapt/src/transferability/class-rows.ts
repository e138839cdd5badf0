import { GraftError } from "@graft-ml/core";
import { type Matrix, rowOf, zeros } from "@graft-ml/core/linalg";
import { checkTable } from "../linalg/check-table.js";

/** The rows of each class that occurs, in the order of the classes. Throws as `checkLabelled`. */
export function classRows(
  table: Matrix,
  labels: ArrayLike<number>,
): readonly (readonly number[])[] {
  checkLabelled(table, labels);
  const rows = new Map<number, number[]>();
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]!;
    const members = rows.get(label);
    if (members) members.push(row);
    else rows.set(label, [row]);
  }
  if (rows.size < 2) {
    throw new GraftError(
      "dataset-invalid",
      `All ${labels.length} samples are of the class ${labels[0]}. Give samples of two classes at least.`,
      { details: { class: labels[0] } },
    );
  }
  return [...rows].sort(([a], [b]) => a - b).map(([, members]) => members);
}

/** The mean row of each group (C, D). */
export function groupMeans(table: Matrix, groups: readonly (readonly number[])[]): Matrix {
  const means = zeros(groups.length, table.columns);
  groups.forEach((rows, group) => {
    const mean = rowOf(means, group);
    for (const row of rows) {
      const values = rowOf(table, row);
      for (let at = 0; at < mean.length; at++) mean[at]! += values[at]! / rows.length;
    }
  });
  return means;
}

/** Throws as `checkTable`, `shape-mismatch` for another number of labels, `dataset-invalid` for one that is no class. */
function checkLabelled(table: Matrix, labels: ArrayLike<number>): void {
  checkTable("table of features", table);
  if (labels.length !== table.rows) {
    throw new GraftError(
      "shape-mismatch",
      `${table.rows} rows have ${labels.length} labels. Give one for each.`,
      { details: { rows: table.rows, labels: labels.length } },
    );
  }
  const wrong = Array.from(labels).find((label) => !Number.isInteger(label) || label < 0);
  if (wrong === undefined) return;
  throw new GraftError(
    "dataset-invalid",
    `The label ${wrong} is no class. Classes are whole numbers from 0.`,
    { details: { label: wrong } },
  );
}
