import { type CsvRow, invalidCsv, readPictureRows } from "./csv.js";
import type { PictureFile, SkippedPicture } from "./dataset.js";
import { setApart } from "./split-pictures.js";

/** A picture with numbers to predict. */
export type TargetSample = PictureFile & {
  /** One for each of the table's names: 0 or 1 for labels, any number for regression. */
  readonly targets: readonly number[];
};

/** Pictures with several labels each, or with numbers, in parts; nothing is decoded yet. Plain JSON. */
export type PictureTable = {
  readonly root: string;
  readonly task: "multi-label" | "regression";
  /** The labels, sorted by code unit unless they were given; or the columns of numbers. */
  readonly names: readonly string[];
  readonly train: readonly TargetSample[];
  readonly validation: readonly TargetSample[];
  readonly test: readonly TargetSample[];
  /** Those that `checkPictures` could not read. */
  readonly skipped: readonly SkippedPicture[];
};

export type OpenTableOptions = {
  /** Share set apart, evenly by label or by value. 0 sets none apart. Default 0.2. */
  validation?: number;
  /** Decides that split. Default 0. */
  seed?: number;
} & (
  | {
      task: "multi-label";
      /** Holds a picture's labels, none or more. Default "labels". */
      column?: string;
      /** Stands between labels. Default "|". */
      separator?: string;
      /** The labels of a trained network, in its order; one outside it is an error. Default: those found. */
      names?: readonly string[];
    }
  | {
      task: "regression";
      /** Each holds a number. Default "value" alone. */
      columns?: readonly string[];
    }
);

/**
 * Lists the pictures of a CSV with a header and the columns `path` (relative to the CSV), those to
 * predict, and maybe `group`, which no split cuts. Throws `dataset-invalid` naming the row, and
 * `dataset-empty`.
 */
export async function openPictureTable(
  file: string,
  options: OpenTableOptions,
): Promise<PictureTable> {
  const { task, validation = 0.2, seed = 0 } = options;
  const { names, samples } =
    options.task === "multi-label"
      ? await readLabels(file, options)
      : await readNumbers(file, options);
  const parts =
    validation === 0 ? { train: samples, validation: [] } : setApart(samples, { validation, seed });
  return { root: file, task, names, ...parts, test: [], skipped: [] };
}

type Columns = { names: readonly string[]; samples: readonly TargetSample[] };

async function readLabels(
  file: string,
  options: Extract<OpenTableOptions, { task: "multi-label" }>,
): Promise<Columns> {
  const { column = "labels", separator = "|" } = options;
  const rows = await readPictureRows(file, [column]);
  const labels = rows.map(({ cells }) =>
    cells[0]!
      .split(separator)
      .map((label) => label.trim())
      .filter((label) => label !== ""),
  );
  const names = options.names ?? [...new Set(labels.flat())].sort();
  if (names.length === 0) throw invalidCsv(file, `has no label in the column "${column}"`);
  const known = new Set(names);
  labels.forEach((row, i) => {
    const other = row.find((label) => !known.has(label));
    if (other === undefined) return;
    const which = `the label "${other}" in row ${rows[i]!.line}`;
    throw invalidCsv(file, `has ${which}, which is none of the model's (${names.join(", ")})`);
  });
  const targets = (row: readonly string[]) => names.map((name) => (row.includes(name) ? 1 : 0));
  return { names, samples: rows.map((row, i) => ({ ...row.file, targets: targets(labels[i]!) })) };
}

async function readNumbers(
  file: string,
  options: Extract<OpenTableOptions, { task: "regression" }>,
): Promise<Columns> {
  const names = options.columns ?? ["value"];
  const rows = await readPictureRows(file, names);
  const number = ({ line }: CsvRow, cell: string, column: number): number => {
    const value = Number(cell);
    if (cell !== "" && Number.isFinite(value)) return value;
    throw invalidCsv(file, `has no number but "${cell}" in row ${line}, column "${names[column]}"`);
  };
  const targets = (row: CsvRow) => row.cells.map((cell, column) => number(row, cell, column));
  return { names, samples: rows.map((row) => ({ ...row.file, targets: targets(row) })) };
}
