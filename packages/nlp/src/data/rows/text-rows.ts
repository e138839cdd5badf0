import { Buffer } from "node:buffer";
import type { Json } from "@graft-ml/core";
import { fileSource } from "@graft-ml/core/node";
import type { ByteStream } from "./byte-stream.js";
import { type Record as Found, records, type Scanner } from "./records.js";
import { type BadRow, invalidFile, type Place, type Row, type RowFile } from "./row.js";

/** What a record says, by column, or what is wrong with it. */
export type ToCells = (cells: readonly string[]) => Cells | { readonly problem: string };

/** Kept apart from a problem by being a map's entries, not a record: any column may be called "problem". */
type Cells = readonly (readonly [string, Json])[];

/** A file of records that stand one after the other, as rows. */
export function textRows(options: {
  path: string;
  columns: readonly string[];
  notes: readonly string[];
  stream: ByteStream;
  scan: Scanner;
  toCells: ToCells;
  /** Records that are no rows. Default 0. */
  skip?: number;
}): RowFile {
  const { path, columns, notes, stream, scan, toCells, skip = 0 } = options;
  const row = (record: Found): Row | BadRow => {
    const { line, start, end } = record;
    if ("problem" in record) return { line, problem: record.problem };
    const cells = toCells(record.cells);
    if ("problem" in cells) return { line, problem: cells.problem };
    return { cells: Object.fromEntries(cells), line, start, end };
  };
  return {
    path,
    columns,
    notes,
    async *rows() {
      let left = skip;
      for await (const found of records(stream.bytes(), scan, stream.origin)) {
        yield found.slice(left).map(row);
        left = Math.max(0, left - found.length);
      }
    },
    ...(stream.origin === undefined
      ? {}
      : { read: (places: readonly Place[]) => Promise.all(places.map((place) => readOne(place))) }),
  };

  async function readOne({ start, end, line }: Place): Promise<Row> {
    const bytes = Buffer.from(await fileSource(path).read(start, end));
    const [record] = scan(bytes, true).found;
    const found = record && row({ ...record, line, start, end });
    if (found && !("problem" in found)) return found;
    throw invalidFile(path, `has no row at byte ${start} any more. Open it again: it has changed.`);
  }
}
