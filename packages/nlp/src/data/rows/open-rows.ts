import { basename, extname } from "node:path";
import { openBytes } from "./byte-stream.js";
import { type CsvRowsOptions, csvRows } from "./csv-rows.js";
import { jsonRows } from "./json-file.js";
import { jsonLineRows, labelFirstRows, lineRows } from "./line-rows.js";
import { parquetRows } from "./parquet-rows.js";
import type { RowFile } from "./row.js";

/** How the rows of a file are written down; "lines" is a text a line, "label-first" a label, a space and a text. */
export type RowFormat = "csv" | "json" | "jsonl" | "label-first" | "lines" | "parquet" | "tsv";

export type OpenRowsOptions = CsvRowsOptions & {
  /** Default: by the ending of the name; by the first 200 lines where that says nothing. */
  format?: RowFormat;
};

const byEnding: Readonly<Record<string, RowFormat>> = {
  ".csv": "csv",
  ".tsv": "tsv",
  ".tab": "tsv",
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
  ".json": "json",
  ".parquet": "parquet",
};

/** Opens a table of texts, packed by gzip where its name ends in .gz. Throws `source-not-found` and `dataset-invalid`. */
export async function openRows(path: string, options: OpenRowsOptions = {}): Promise<RowFile> {
  const named = options.format ?? formatByName(path);
  const { format, why } = named ? { format: named, why: [] } : await formatByContent(path, options);
  const file = await open(path, format, options);
  return { ...file, notes: [...why, ...file.notes] };
}

export const formatByName = (path: string): RowFormat | undefined =>
  byEnding[extname(basename(path).replace(/\.gz$/, "")).toLowerCase()];

function open(path: string, format: RowFormat, options: OpenRowsOptions): Promise<RowFile> {
  switch (format) {
    case "csv":
      return csvRows(path, options);
    case "tsv":
      return csvRows(path, { delimiter: "\t", ...options });
    case "json":
      return jsonRows(path, options);
    case "jsonl":
      return jsonLineRows(path, options);
    case "label-first":
      return labelFirstRows(path, options);
    case "lines":
      return lineRows(path, options);
    case "parquet":
      return parquetRows(path);
  }
}

/** The first words of label-first lines: so few of them, each so often. */
const MOST_LABELS = 20;

async function formatByContent(path: string, options: OpenRowsOptions) {
  const lines = await firstLines(path, options);
  const [format, reason] = guess(lines);
  return { format, why: [`${path} is read as ${reason}.`] };
}

function guess(lines: readonly string[]): readonly [RowFormat, string] {
  if (lines.length === 0) return ["lines", "a text a line"];
  if (lines.every((line) => line.startsWith("{"))) return ["jsonl", "an object of JSON a line"];
  const tabs = lines[0]!.split("\t").length;
  if (tabs > 1 && lines.every((line) => line.split("\t").length >= tabs)) {
    return ["tsv", `${tabs} columns with tabs between them`];
  }
  const words = lines.map((line) => line.trim().split(/\s/, 1)[0]!);
  const labels = new Set(words);
  if (lines.length >= 10 && labels.size <= Math.min(MOST_LABELS, lines.length / 5)) {
    return ["label-first", "a label, a space and a text a line"];
  }
  return ["lines", "a text a line"];
}

async function firstLines(path: string, options: OpenRowsOptions): Promise<readonly string[]> {
  const stream = await openBytes(path, options.encoding);
  for await (const piece of stream.bytes()) {
    const lines = piece.toString("utf8").split("\n");
    const whole = lines.length > 1 ? lines.slice(0, -1) : lines;
    return whole.filter((line) => line.trim() !== "").slice(0, 200);
  }
  return [];
}
