import { isUtf8 } from "node:buffer";
import type { Json } from "@graft-ml/core";
import { type FileEncoding, openBytes } from "./byte-stream.js";
import { NOT_UTF8 } from "./cell-text.js";
import { type BadRow, invalidFile, isBad, type Row, type RowFile } from "./row.js";

/** A file that is one JSON value, read as a whole. Throws `source-not-found` and `dataset-invalid` with the line. */
export async function readJson(path: string, encoding?: FileEncoding): Promise<Json> {
  const pieces: Buffer[] = [];
  for await (const piece of (await openBytes(path, encoding)).bytes()) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  if (!isUtf8(bytes)) throw invalidFile(path, `${NOT_UTF8}.`);
  const text = bytes.toString("utf8");
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw invalidFile(path, `is not whole JSON: ${whereAndWhy(text, cause)}.`, cause);
  }
}

function whereAndWhy(text: string, cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  const place = /position (\d+)/.exec(message)?.[1];
  if (place === undefined) {
    const lines = text.split("\n").length;
    return `it ends too early, in line ${lines}; fetch or write it again`;
  }
  const line = text.slice(0, Number(place)).split("\n").length;
  return `${message.replace(/ in JSON at position.*/, "")}, in line ${line}; correct it there`;
}

const GROUP = 1024;

/** The rows of a file that is one JSON array of objects; it is read as a whole. Throws `dataset-invalid`. */
export async function jsonRows(
  path: string,
  options: { encoding?: FileEncoding } = {},
): Promise<RowFile> {
  const value = await readJson(path, options.encoding);
  if (!Array.isArray(value)) {
    throw invalidFile(
      path,
      `is JSON but no array of objects. Write [{...}, {...}], or one object on each line of a .jsonl file.`,
    );
  }
  const all = value as readonly Json[];
  const rowAt = (place: number): Row | BadRow => {
    const cells = all[place];
    const line = place + 1;
    if (typeof cells === "object" && cells !== null && !Array.isArray(cells)) {
      return { cells: cells as Row["cells"], line, start: place, end: line };
    }
    return { line, problem: "is no object" };
  };
  return {
    path,
    columns: [],
    notes: [],
    async *rows() {
      for (let at = 0; at < all.length; at += GROUP) {
        yield all.slice(at, at + GROUP).map((_, index) => rowAt(at + index));
      }
    },
    read: async (places) =>
      places.map(({ start }) => {
        const row = rowAt(start);
        if (isBad(row)) throw invalidFile(path, `has no row ${start + 1}.`);
        return row;
      }),
  };
}
