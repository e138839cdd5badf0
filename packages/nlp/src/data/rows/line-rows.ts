import type { Json } from "@graft-ml/core";
import { type FileEncoding, openBytes } from "./byte-stream.js";
import type { RowFile } from "./row.js";
import { scanLines } from "./scan-lines.js";
import { type ToCells, textRows } from "./text-rows.js";

type Options = { encoding?: FileEncoding };

/** A text a line, in the column `text`. Throws `source-not-found`. */
export const lineRows = (path: string, options: Options = {}): Promise<RowFile> =>
  open(path, options, { columns: ["text"], toCells: ([line]) => [["text", line!]] });

/** A label, a space or tab, and a text a line, in the columns `label` and `text`. Throws `source-not-found`. */
export const labelFirstRows = (path: string, options: Options = {}): Promise<RowFile> =>
  open(path, options, {
    columns: ["label", "text"],
    toCells: ([line]) => labelFirst(line!.trim()),
  });

/** An object of JSON a line, its keys being the columns. Throws `source-not-found`. */
export const jsonLineRows = (path: string, options: Options = {}): Promise<RowFile> =>
  open(path, options, { columns: [], toCells: ([line]) => parsed(line!) });

async function open(
  path: string,
  { encoding }: Options,
  how: { columns: readonly string[]; toCells: ToCells },
): Promise<RowFile> {
  const stream = await openBytes(path, encoding);
  return textRows({ path, notes: stream.notes, stream, scan: scanLines, ...how });
}

function labelFirst(line: string): ReturnType<ToCells> {
  const space = line.search(/\s/);
  if (space < 0) return { problem: "has one word, but a label, a space and a text belong there" };
  return [
    ["label", line.slice(0, space)],
    ["text", line.slice(space + 1).trimStart()],
  ];
}

function parsed(line: string): ReturnType<ToCells> {
  let value: Json;
  try {
    value = JSON.parse(line) as Json;
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    return { problem: `is not JSON (${what}); write one object on each line` };
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return Object.entries(value);
  }
  return { problem: "is JSON but no object; write one object on each line" };
}
