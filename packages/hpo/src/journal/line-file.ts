import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import { SearchError } from "../error.js";
import { decodeLine, encodeLine, isJournalStart } from "./line.js";

/** Records that only grow in number, and that several processes may write at once. */
export type Lines = {
  /** Adds a record as a whole; `sync`: it is on the disk when this resolves. */
  append(record: object, options?: { readonly sync: boolean }): Promise<void>;
  /** The records that are whole and have not been read before. */
  readNew(): Promise<readonly unknown[]>;
  close(): Promise<void>;
};

const WRITE = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT;

/** Opens a file of records, creates it to write. Throws `journal-corrupt` where a file is something else. */
export async function openLines(path: string, mode: "read" | "write"): Promise<Lines> {
  const handle = await open(path, mode === "read" ? constants.O_RDONLY : WRITE);
  try {
    if (mode === "write") await syncFolder(dirname(path));
    const start = Buffer.alloc(64);
    const { bytesRead } = await handle.read(start, 0, start.length, 0);
    if (!isJournalStart(start.toString("latin1", 0, bytesRead))) {
      throw corrupt(path, "doesn't begin as a journal does. Give another path.");
    }
  } catch (error) {
    await handle.close();
    throw error;
  }
  const reader = readerOf(handle);
  return {
    append: (record, options = { sync: true }) => appendTo(handle, { path, record, ...options }),
    readNew: async () => (await reader()).map(decodeLine).filter((record) => record !== undefined),
    close: () => handle.close(),
  };
}

type Addition = { readonly path: string; readonly record: object; readonly sync: boolean };

async function appendTo(handle: FileHandle, { path, record, sync }: Addition): Promise<void> {
  const bytes = encodeLine(record);
  for (let tries = 0; ; tries++) {
    const { bytesWritten } = await handle.write(bytes);
    if (bytesWritten === bytes.length) break;
    // What was written of it is a torn line, which nobody reads.
    if (tries === 2) throw corrupt(path, "takes no whole line. Look whether the disk is full.");
  }
  if (sync) await handle.sync();
}

/** Reads the whole lines that were added since the last time. */
function readerOf(handle: FileHandle): () => Promise<readonly string[]> {
  let offset = 0;
  let rest = Buffer.alloc(0);
  const chunk = Buffer.alloc(1 << 16);
  return async () => {
    const parts = [rest];
    while (true) {
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, offset);
      if (bytesRead === 0) break;
      offset += bytesRead;
      parts.push(Buffer.from(chunk.subarray(0, bytesRead)));
    }
    const bytes = parts.length === 1 ? rest : Buffer.concat(parts);
    // A line without its newline may still be on its way.
    const end = bytes.lastIndexOf(10) + 1;
    rest = bytes.subarray(end);
    return bytes.toString("utf8", 0, end).split("\n");
  };
}

/** A new file is in its folder for good only when the folder is on the disk; Windows has no such thing. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, constants.O_RDONLY);
  await handle.sync().finally(() => handle.close());
}

/** Of a journal that can't be read or written. */
export const corrupt = (path: string, what: string): SearchError =>
  new SearchError("journal-corrupt", `${path} ${what}`, { details: { path } });
