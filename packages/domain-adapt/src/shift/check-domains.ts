import { GraftError } from "@graft-ml/core";
import type { Matrix } from "../linalg/matrix.js";

export type Domains = {
  /** Features of the source (N, D). */
  readonly source: Matrix;
  /** Features of the target (M, D). */
  readonly target: Matrix;
};

/**
 * Throws `dataset-empty` for a domain without rows, `dataset-invalid` for fewer than it takes or for a
 * number that is not finite, and `shape-mismatch` for features of two sizes or of none.
 */
export function checkDomains(domains: Domains, fewest = 2): void {
  checkTable(domains.source, { name: "source", fewest });
  checkTable(domains.target, { name: "target", fewest });
  const { source, target } = domains;
  if (source.columns === target.columns) return;
  throw new GraftError(
    "shape-mismatch",
    `The source has ${source.columns} features a row and the target ${target.columns}. Extract both with the same backbone.`,
    { details: { source: source.columns, target: target.columns } },
  );
}

/** The same for one table, named in what is thrown. */
export function checkTable(table: Matrix, about: { name: string; fewest: number }): void {
  const { rows, columns, data } = table;
  const { name, fewest } = about;
  if (rows === 0) {
    throw new GraftError("dataset-empty", `The ${name} has no rows. Give at least ${fewest}.`);
  }
  if (columns === 0 || data.length !== rows * columns) {
    throw new GraftError(
      "shape-mismatch",
      `The ${name} is said to be (${rows}, ${columns}) and holds ${data.length} numbers. Give rows of at least one feature.`,
      { details: { rows, columns, numbers: data.length } },
    );
  }
  if (rows < fewest) {
    throw new GraftError(
      "dataset-invalid",
      `The ${name} has too few rows: ${rows}. Give at least ${fewest}.`,
      { details: { rows, fewest } },
    );
  }
  const wrong = data.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return;
  const [row, column] = [Math.floor(wrong / columns), wrong % columns];
  throw new GraftError(
    "dataset-invalid",
    `Row ${row} of the ${name} has ${data[wrong]} in column ${column}. Leave the row out, or look for what made it.`,
    { details: { row, column } },
  );
}

/** Throws `config-invalid` unless an option is a whole number of at least so much. */
export function checkCount(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new GraftError(
    "config-invalid",
    `${name} must be a whole number of at least ${least}, not ${value}.`,
    { details: { [name]: value } },
  );
}
