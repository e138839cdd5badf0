import { GraftError } from "@graft-ml/core";
import type { Matrix } from "@graft-ml/core/linalg";

/**
 * Throws, with the table's name, `dataset-empty` for one without rows, `shape-mismatch` where its size isn't
 * that of its numbers, and `batch-invalid` for a number that is not finite.
 */
export function checkTable(name: string, { rows, columns, data }: Matrix): void {
  if (rows === 0) throw new GraftError("dataset-empty", `The ${name} has no rows. Give some.`);
  if (columns === 0 || data.length !== rows * columns) {
    throw new GraftError(
      "shape-mismatch",
      `The ${name} is said to be (${rows}, ${columns}) and holds ${data.length} numbers. Give rows of one number or more.`,
      { details: { rows, columns, numbers: data.length } },
    );
  }
  const at = data.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  const [row, column] = [Math.floor(at / columns), at % columns];
  throw new GraftError(
    "batch-invalid",
    `Row ${row} of the ${name} has ${data[at]} in column ${column}. Look at its sample, or leave it out.`,
    { details: { row, column, value: data[at] } },
  );
}
