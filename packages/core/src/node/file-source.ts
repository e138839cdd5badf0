import { closeSync, openSync, read, readSync } from "node:fs";
import { stat } from "node:fs/promises";
import { promisify } from "node:util";
import { GraftError } from "../errors.js";
import type { ByteSource } from "../weights/store.js";

/** One read call takes at most 2 GB. */
const largestRead = 2 ** 30;

/**
 * A file on disk, opened for each read and never held. Small reads are made at once, as waiting for
 * another thread takes longer than they do. Throws `source-not-found`.
 */
export const fileSource = (path: string): ByteSource => ({
  name: path,
  size: () => found(path, async () => (await stat(path)).size),
  async read(start, end) {
    const bytes = new Uint8Array(end - start);
    return bytes.subarray(0, await found(path, () => readRange(path, start, bytes)));
  },
  readInto: (start, into) => found(path, () => readRange(path, start, into)),
});

const small = 2 ** 16;
const readLater = promisify(read);

/** Fewer bytes than asked for where the file ends: what to say about that is the reader's. */
async function readRange(path: string, start: number, into: Uint8Array): Promise<number> {
  const file = openSync(path, "r");
  try {
    if (into.length <= small) return readSync(file, into, 0, into.length, start);
    let done = 0;
    while (done < into.length) {
      const length = Math.min(largestRead, into.length - done);
      const { bytesRead } = await readLater(file, into, done, length, start + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return done;
  } finally {
    closeSync(file);
  }
}

/** Runs file work; what goes wrong is told by the path. Throws `source-not-found`. */
export async function found<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    const why =
      code === "ENOENT"
        ? "does not exist"
        : `can't be read (${cause instanceof Error ? cause.message : cause})`;
    throw new GraftError("source-not-found", `${path} ${why}.`, { details: { path }, cause });
  }
}
