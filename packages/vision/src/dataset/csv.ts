import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { GraftError } from "@graft-ml/core";
import { parse } from "csv-parse/sync";
import type { Listing, PictureFile } from "./dataset.js";

/** A picture, and what its row says in each of the columns that were asked for. */
export type CsvRow = {
  readonly file: PictureFile;
  readonly cells: readonly string[];
  /** In the file, the header being 1. */
  readonly line: number;
};

/** A CSV with a header and the columns `path` (relative to the CSV's folder), `label` and maybe `group`. */
export async function readPictureCsv(file: string): Promise<Listing> {
  const byClass = new Map<string, PictureFile[]>();
  for (const { file: picture, cells, line } of await readPictureRows(file, ["label"])) {
    const label = cells[0]!;
    if (label === "") throw noCell(file, line);
    const files = byClass.get(label) ?? [];
    files.push(picture);
    byClass.set(label, files);
  }
  return { byClass, skipped: [] };
}

/** The names of a CSV's columns; what is below them may be anything. Throws `dataset-invalid` where they are broken. */
export const pictureColumns = async (file: string): Promise<readonly string[]> =>
  parseRows(await readFile(file, "utf8"), file, { to: 1 })[0] ?? [];

/**
 * The rows of a CSV with a header and the columns `path`, maybe `group`, and those asked for. Throws
 * `dataset-invalid` and `dataset-empty`.
 */
export async function readPictureRows(
  file: string,
  columns: readonly string[],
): Promise<readonly CsvRow[]> {
  const [header = [], ...rows] = parseRows(await readFile(file, "utf8"), file);
  const wanted = ["path", ...columns];
  if (wanted.some((column) => !header.includes(column))) {
    const needs = wanted.map((column) => `"${column}"`).join(" and ");
    throw invalidCsv(file, `has the columns "${header.join(", ")}", but needs ${needs}`);
  }
  if (rows.length === 0) {
    throw new GraftError("dataset-empty", `${file} has no rows below its header. Add pictures.`, {
      details: { file },
    });
  }
  return rows.map((row, i) => {
    const cell = (column: string): string => row[header.indexOf(column)]?.trim() ?? "";
    const [name, group] = [cell("path"), cell("group")];
    if (name === "") throw noCell(file, i + 2);
    const picture = { path: resolve(dirname(file), name), name };
    return {
      file: group === "" ? picture : { ...picture, group },
      cells: columns.map(cell),
      line: i + 2,
    };
  });
}

const noCell = (file: string, line: number): GraftError =>
  invalidCsv(file, `has no path or no label in row ${line}`);

function parseRows(text: string, file: string, only: { to?: number } = {}): string[][] {
  try {
    const options = { bom: true, skip_empty_lines: true, trim: true, ...only };
    return parse(text, options) as string[][];
  } catch (cause) {
    throw invalidCsv(
      file,
      `can't be read as CSV (${cause instanceof Error ? cause.message : cause})`,
      cause,
    );
  }
}

export const invalidCsv = (file: string, what: string, cause?: unknown): GraftError =>
  new GraftError("dataset-invalid", `${file} ${what}. Correct it.`, { details: { file }, cause });
