import type { Unreadable } from "./samples.js";

export type LabelledText = {
  readonly text: string;
  readonly label: string;
  /** Its table and the line on which it begins, as the command calls it: "reviews.csv:12". */
  readonly place: string;
};

export type Table = {
  readonly rows: readonly LabelledText[];
  readonly unreadable: readonly Unreadable[];
};

const textNames = ["text", "sentence", "content", "message", "review"];

const labelNames = ["label", "class", "category", "sentiment", "intent"];

/**
 * Reads a table of texts and labels: CSV, TSV or semicolons, with or without a header, or a JSON object a line.
 * The parser is loaded when it is first needed. Throws where there is no table.
 */
export async function readTable(source: string, name: string): Promise<Table> {
  const text = source.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
  if (text.trim() === "") throw new Error(`"${name}" is empty. Give a text and a label a line.`);
  return text.trimStart().startsWith("{") ? readLines(text, name) : readColumns(text, name);
}

async function readColumns(source: string, name: string): Promise<Table> {
  const { parse } = await import("csv-parse/browser/esm/sync");
  // Its types know nothing of what `raw` gives.
  const parsed = parse(source, {
    delimiter: delimiterOf(source),
    raw: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    trim: true,
  }) as unknown as readonly Parsed[];
  const records = parsed.map(({ record }) => record);
  const lines = linesOf(parsed);
  const header = headerOf(records[0] ?? []);
  const body = header ? records.slice(1) : records;
  const columns = header ?? guessColumns(body, name);
  return sortRows(
    body.map((record, index) => ({
      text: record[columns.text],
      label: record[columns.label],
      name: `${name}, row ${index + (header ? 2 : 1)}`,
      line: lines[index + (header ? 1 : 0)]!,
    })),
    name,
  );
}

/** A record with the characters that it was read from, and the empty lines before it. */
type Parsed = { readonly record: readonly string[]; readonly raw: string };

/** The line on which each record begins, from 1. */
function linesOf(parsed: readonly Parsed[]): readonly number[] {
  let next = 1;
  return parsed.map(({ raw }) => {
    const line = next + raw.search(/[^\n]|$/);
    next += raw.split("\n").length - 1;
    return line;
  });
}

function readLines(source: string, name: string): Table {
  const rows = source.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    return [{ ...valuesOf(line), name: `${name}, line ${index + 1}`, line: index + 1 }];
  });
  return sortRows(rows, name);
}

type Row = {
  readonly text: string | undefined;
  readonly label: string | undefined;
  readonly name: string;
  readonly line: number;
};

function sortRows(rows: readonly Row[], name: string): Table {
  const good: LabelledText[] = [];
  const unreadable: Unreadable[] = [];
  for (const { text, label, name: row, line } of rows) {
    if (text && label) good.push({ text, label, place: `${name}:${line}` });
    else unreadable.push({ name: row, reason: text ? "has no label" : "has no text" });
  }
  if (good.length === 0) {
    throw new Error(
      `"${name}" has no row with a text and a label. Give two columns, with the names text and label in the first row.`,
    );
  }
  return { rows: good, unreadable };
}

function valuesOf(line: string): Pick<Row, "text" | "label"> {
  try {
    const value: unknown = JSON.parse(line);
    const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
    return { text: named(entries, textNames), label: named(entries, labelNames) };
  } catch {
    return { text: undefined, label: undefined };
  }
}

function named(
  entries: readonly (readonly [string, unknown])[],
  names: readonly string[],
): string | undefined {
  const value = entries.find(([key]) => names.includes(key.toLowerCase()))?.[1];
  return typeof value === "string" || typeof value === "number" ? String(value).trim() : undefined;
}

type Columns = { readonly text: number; readonly label: number };

function headerOf(first: readonly string[]): Columns | undefined {
  const lower = first.map((cell) => cell.toLowerCase());
  const text = lower.findIndex((cell) => textNames.includes(cell));
  const label = lower.findIndex((cell) => labelNames.includes(cell));
  return text >= 0 && label >= 0 ? { text, label } : undefined;
}

/** Of two columns without names, the one that says fewer different things has the labels. */
function guessColumns(body: readonly (readonly string[])[], name: string): Columns {
  const width = Math.max(0, ...body.map((record) => record.length));
  if (width !== 2) {
    throw new Error(
      `"${name}" has ${width === 1 ? "one column" : `${width} columns`} and no header that names a text and a label. Give two columns, or name them text and label in the first row.`,
    );
  }
  const distinct = [0, 1].map((column) => new Set(body.map((record) => record[column])).size);
  const length = [0, 1].map((column) =>
    body.reduce((sum, record) => sum + (record[column]?.length ?? 0), 0),
  );
  const first = distinct[0]! - distinct[1]! || length[0]! - length[1]!;
  return first < 0 ? { text: 1, label: 0 } : { text: 0, label: 1 };
}

/** The mark between the columns: of tab, semicolon and comma, the first that the first line has. */
function delimiterOf(source: string): string {
  const line = source.split("\n", 1)[0] ?? "";
  const bare = line.replace(/"[^"]*"/g, "");
  return ["\t", ";", ","].find((mark) => bare.includes(mark)) ?? ",";
}
