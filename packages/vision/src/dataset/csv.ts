import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { GraftError } from "@graft-ml/core";
import { parse } from "csv-parse/sync";
import type { Listing } from "./dataset.js";

/** A CSV with a header and the columns `path` (relative to the CSV's folder) and `label`. */
export async function readPictureCsv(file: string): Promise<Listing> {
  const rows = parseRows(await readFile(file, "utf8"), file);
  const header = rows[0];
  const columns = { path: header?.indexOf("path") ?? -1, label: header?.indexOf("label") ?? -1 };
  if (columns.path < 0 || columns.label < 0) {
    throw invalid(
      file,
      `has the columns "${header?.join(", ") ?? ""}", but needs "path" and "label"`,
    );
  }
  const byClass = new Map<string, { path: string; name: string }[]>();
  rows.slice(1).forEach((row, i) => {
    const name = row[columns.path]?.trim() ?? "";
    const label = row[columns.label]?.trim() ?? "";
    if (name === "" || label === "") throw invalid(file, `has no path or no label in row ${i + 2}`);
    const files = byClass.get(label) ?? [];
    files.push({ path: resolve(dirname(file), name), name });
    byClass.set(label, files);
  });
  if (byClass.size === 0) {
    throw new GraftError("dataset-empty", `${file} has no rows below its header. Add pictures.`, {
      details: { file },
    });
  }
  return { byClass, skipped: [] };
}

function parseRows(text: string, file: string): string[][] {
  try {
    const options = { bom: true, skip_empty_lines: true, trim: true };
    return parse(text, options) as string[][];
  } catch (cause) {
    throw invalid(
      file,
      `can't be read as CSV (${cause instanceof Error ? cause.message : cause})`,
      cause,
    );
  }
}

const invalid = (file: string, what: string, cause?: unknown): GraftError =>
  new GraftError("dataset-invalid", `${file} ${what}. Correct it.`, { details: { file }, cause });
