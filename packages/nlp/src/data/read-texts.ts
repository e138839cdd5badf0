import { basename } from "node:path";
import { GraftError, type Json } from "@graft-ml/core";
import { findSeparator, labelOf, labelsOf, numberOf } from "./answers.js";
import type { SkippedText, TextSample } from "./dataset.js";
import { type AnswerKind, type ColumnOptions, type Columns, findColumns } from "./find-columns.js";
import { type OpenRowsOptions, openRows } from "./rows/open-rows.js";
import { cellOf, isBad, type Place, type Row, type RowFile } from "./rows/row.js";
import { unescapeText } from "./unescape.js";

/** A text as its file has it, its answer in words or numbers. */
export type RawText = TextSample & {
  readonly answer: readonly (string | number)[];
  readonly place: Place;
};

/** Texts of one file, some at a time, with the rows that are left out. */
export type TextFile = {
  readonly path: string;
  readonly notes: readonly string[];
  /** The columns of numbers, for a regression. */
  readonly names: readonly string[];
  texts(): AsyncGenerator<readonly (RawText | SkippedText)[], void>;
  /** By their places, in this order; undefined where the file can only be read from its beginning. */
  readonly read?: (places: readonly Place[]) => Promise<readonly RawText[]>;
};

export type ReadTextsOptions = ColumnOptions &
  OpenRowsOptions & {
    /** Stands between labels of one cell. Default: the first of | ; , that is in any of the first cells. */
    separator?: string;
    /** Turns `\u2019` and HTML entities like `&amp;` into their characters. Default false. */
    unescape?: boolean;
  };

export type TextAnswer = "class" | "labels" | "none" | "numbers";

const kinds: Readonly<Record<TextAnswer, AnswerKind>> = {
  class: "labels",
  labels: "labels",
  none: "none",
  numbers: "numbers",
};

/**
 * Opens a table, or lines, of texts. `like` is a file of the same data set, whose columns it has;
 * `label` stands for every row of a file without a column for it.
 */
export async function openTextFile(
  path: string,
  options: ReadTextsOptions & { answer: TextAnswer; columns?: Columns; className?: string },
): Promise<TextFile & { readonly columns: Columns }> {
  const file = await openRows(path, options);
  const first = await firstRows(file);
  const { className } = options;
  const answer = className === undefined ? kinds[options.answer] : "none";
  const found = options.columns ?? findColumns({ ...file, rows: first }, { ...options, answer });
  const separator = options.separator ?? findSeparator(first.map((row) => answerCell(row, found)));
  const toText = reader({ ...options, columns: found, separator, file: basename(path) });
  const notes =
    options.answer === "labels" && options.separator === undefined && className === undefined
      ? [`${path}: labels of one cell stand between "${separator}".`]
      : [];
  return {
    path,
    columns: found,
    notes: [...file.notes, ...(options.columns ? [] : found.notes), ...notes],
    names: found.labels,
    async *texts() {
      for await (const rows of file.rows()) {
        yield rows.map((row) =>
          isBad(row) ? { name: `${basename(path)}:${row.line}`, reason: row.problem } : toText(row),
        );
      }
    },
    ...(file.read === undefined
      ? {}
      : {
          read: async (places: readonly Place[]) =>
            (await file.read!(places)).map((row) => readAgain(toText(row))),
        }),
  };
}

/** Enough rows to tell columns apart. */
const FIRST = 1000;

async function firstRows(file: RowFile): Promise<readonly Row[]> {
  const found: Row[] = [];
  for await (const rows of file.rows()) {
    for (const row of rows) if (!isBad(row)) found.push(row);
    if (found.length >= FIRST) break;
  }
  return found.slice(0, FIRST);
}

const answerCell = (row: Row, { labels }: Columns): Json =>
  labels[0] === undefined ? null : cellOf(row, labels[0]);

type Reading = {
  readonly columns: Columns;
  readonly answer: TextAnswer;
  readonly separator: string;
  readonly className?: string;
  readonly unescape?: boolean;
  readonly file: string;
};

function reader(reading: Reading): (row: Row) => RawText | SkippedText {
  const { columns, file, unescape: hasEscapes = false } = reading;
  const wanted = columns.pair === undefined ? [columns.text] : [columns.text, columns.pair];
  return (row) => {
    const name = `${file}:${row.line}`;
    const texts = wanted.map((column) => textOf(cellOf(row, column), hasEscapes));
    const empty = texts.indexOf(undefined);
    if (empty >= 0) return { name, reason: `has no text in the column "${wanted[empty]}"` };
    const answer = answerOf(row, reading);
    if (typeof answer === "string") return { name, reason: answer };
    const group = columns.group === undefined ? undefined : labelOf(cellOf(row, columns.group));
    return {
      name,
      text: texts[0]!,
      ...(texts[1] === undefined ? {} : { pair: texts[1] }),
      ...(group === undefined ? {} : { group }),
      answer,
      place: { start: row.start, end: row.end, line: row.line },
    };
  };
}

function textOf(cell: Json, hasEscapes: boolean): string | undefined {
  const text = typeof cell === "number" ? String(cell) : cell;
  if (typeof text !== "string" || text.trim() === "") return undefined;
  return hasEscapes ? unescapeText(text) : text;
}

/** What the row says about its text, or in words why that is nothing. */
function answerOf(row: Row, reading: Reading): readonly (string | number)[] | string {
  const { columns, answer, separator, className } = reading;
  if (answer === "none") return [];
  if (className !== undefined) return [className];
  const [column = ""] = columns.labels;
  if (answer === "labels") return labelsOf(cellOf(row, column), separator);
  if (answer === "class") {
    const label = labelOf(cellOf(row, column));
    return label === undefined ? `has no label in the column "${column}"` : [label];
  }
  const numbers = columns.labels.map((each) => numberOf(cellOf(row, each)));
  const bad = numbers.indexOf(undefined);
  if (bad < 0) return numbers as readonly number[];
  const cell = JSON.stringify(cellOf(row, columns.labels[bad]!));
  return `has no number but ${cell} in the column "${columns.labels[bad]}"`;
}

/** Rows that were good when they were listed are good now, unless the file has changed. */
function readAgain(text: RawText | SkippedText): RawText {
  if ("reason" in text) {
    throw new GraftError(
      "dataset-invalid",
      `${text.name} ${text.reason}, but had it before. Open the file again: it has changed.`,
    );
  }
  return text;
}
