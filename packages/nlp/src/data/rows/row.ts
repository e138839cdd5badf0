import { GraftError, type Json } from "@graft-ml/core";

/** Where a row stands in its file. */
export type Place = {
  /** Bytes, from `start` up to `end`; in a file of columns or of one JSON value, numbers of rows. */
  readonly start: number;
  readonly end: number;
  /** Of its beginning, from 1; where a format has no lines, the number of the row. */
  readonly line: number;
};

/** One row of a file, whatever its format. */
export type Row = Place & { readonly cells: Readonly<Record<string, Json>> };

/** A row that can't be used, and why. */
export type BadRow = { readonly line: number; readonly problem: string };

/** A file whose rows are read from its beginning, or one by one wherever they are. */
export type RowFile = {
  readonly path: string;
  /** Empty where each row names its own. */
  readonly columns: readonly string[];
  /** What was found out about the file, in words. */
  readonly notes: readonly string[];
  /** All rows in their order, some at a time; the memory does not grow with the file. */
  rows(): AsyncGenerator<readonly (Row | BadRow)[], void>;
  /** Rows by their places, in this order; undefined where rows can only be read in order. */
  read?(places: readonly Place[]): Promise<readonly Row[]>;
};

export const isBad = (row: Row | BadRow): row is BadRow => "problem" in row;

/** A cell of a row; null where the row has no such column. */
export const cellOf = (row: Row, column: string): Json =>
  Object.hasOwn(row.cells, column) ? (row.cells[column] ?? null) : null;

/** The error for a file that can't be read as what it should be. */
export const invalidFile = (path: string, what: string, cause?: unknown): GraftError =>
  new GraftError("dataset-invalid", `${path} ${what}`, { details: { path }, cause });
