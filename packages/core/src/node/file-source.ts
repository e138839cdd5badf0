import { open, stat } from "node:fs/promises";
import { GraftError } from "../errors.js";
import type { ByteSource } from "../weights/store.js";

/** One read call takes at most 2 GB. */
const largestRead = 2 ** 30;

/** A file on disk, opened for each read and never held. Throws `source-not-found`. */
export const fileSource = (path: string): ByteSource => ({
  name: path,
  size: () => found(path, async () => (await stat(path)).size),
  read: (start, end) => found(path, () => readRange(path, start, end)),
});

/** Shorter than asked for where the file ends: what to say about that is the reader's. */
async function readRange(path: string, start: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - start);
  const file = await open(path, "r");
  try {
    let done = 0;
    while (done < bytes.length) {
      const length = Math.min(largestRead, bytes.length - done);
      const { bytesRead } = await file.read(bytes, done, length, start + done);
      if (bytesRead === 0) return bytes.subarray(0, done);
      done += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
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
