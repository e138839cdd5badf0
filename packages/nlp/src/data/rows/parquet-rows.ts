import type { Json } from "@graft-ml/core";
import { fileSource } from "@graft-ml/core/node";
import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { invalidFile, type Place, type Row, type RowFile } from "./row.js";

/** Groups of rows that are kept for reading rows out of order. */
const KEPT = 4;

type Group = { readonly start: number; readonly end: number };

/**
 * The rows of a parquet file, of any codec; a group of rows is in memory at a time. Rows out of order
 * are read by their group, the last four of which are kept. Throws `source-not-found` and
 * `dataset-invalid`.
 */
export async function parquetRows(path: string): Promise<RowFile> {
  const file = await asyncFile(path);
  const metadata = await parquetMetadataAsync(file).catch((cause: unknown) => {
    throw damaged(path, cause);
  });
  const groups = groupsOf(metadata);
  const kept = new Map<number, Promise<readonly Row[]>>();
  const keep = (which: number): Promise<readonly Row[]> => {
    const rows = kept.get(which) ?? readGroup({ path, file, metadata, group: groups[which]! });
    kept.delete(which);
    kept.set(which, rows);
    if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
    return rows;
  };
  return {
    path,
    columns: parquetSchema(metadata).children.map(({ element }) => element.name),
    notes: [],
    async *rows() {
      for (const group of groups) yield await readGroup({ path, file, metadata, group });
    },
    async read(places: readonly Place[]) {
      const rows: Row[] = [];
      for (const { start } of places) {
        const which = groups.findIndex((group) => group.end > start);
        rows.push((await keep(which))[start - groups[which]!.start]!);
      }
      return rows;
    },
  };
}

async function asyncFile(path: string): Promise<AsyncBuffer> {
  const source = fileSource(path);
  const byteLength = await source.size();
  return {
    byteLength,
    async slice(start, end = byteLength) {
      const bytes = await source.read(start, end);
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
    },
  };
}

function groupsOf({ row_groups }: FileMetaData): readonly Group[] {
  let start = 0;
  return row_groups.map(({ num_rows }) => {
    const group = { start, end: start + Number(num_rows) };
    start = group.end;
    return group;
  });
}

async function readGroup(options: {
  path: string;
  file: AsyncBuffer;
  metadata: FileMetaData;
  group: Group;
}): Promise<readonly Row[]> {
  const { path, file, metadata, group } = options;
  const { start: rowStart, end: rowEnd } = group;
  const objects = await parquetReadObjects({
    file,
    metadata,
    compressors,
    rowStart,
    rowEnd,
  }).catch((cause: unknown) => {
    throw damaged(path, cause, rowStart + 1);
  });
  return objects.map((object, index) => {
    const start = rowStart + index;
    const cells = Object.entries(object).map(([column, value]) => [column, asJson(value)] as const);
    return { cells: Object.fromEntries(cells), line: start + 1, start, end: start + 1 };
  });
}

/** Whole numbers beyond 2^53 stay exact as texts; bytes that are no text are nothing. */
function asJson(value: unknown): Json {
  if (typeof value === "bigint") {
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  }
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    return value;
  }
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(asJson);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return null;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, asJson(each)]));
}

function damaged(path: string, cause: unknown, row?: number): Error {
  const where = row === undefined ? "" : ` from row ${row} on`;
  const what = cause instanceof Error ? cause.message : String(cause);
  return invalidFile(path, `can't be read as parquet${where} (${what}). Fetch it again.`, cause);
}
