import { open, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { GraftError } from "../errors.js";
import { shardedStore } from "../weights/sharded-store.js";
import { type ByteSource, safetensorsStore, type WeightStore } from "../weights/store.js";

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

/**
 * Weights on disk: a safetensors file, an index of several, or a folder with `model.safetensors` or
 * `model.safetensors.index.json`. Throws `source-not-found`.
 */
export async function openWeights(
  path: string,
  options: { /** Arrays on SharedArrayBuffers. Default false. */ shared?: boolean } = {},
): Promise<WeightStore> {
  const file = await weightsFile(path);
  if (!file.endsWith(".index.json")) return safetensorsStore(fileSource(file), options);
  const text = await found(file, () => readFile(file, "utf8"));
  return shardedStore({ name: file, text }, (shard) =>
    safetensorsStore(fileSource(join(dirname(file), shard)), options),
  );
}

async function weightsFile(path: string): Promise<string> {
  const info = await found(path, () => stat(path));
  if (!info.isDirectory()) return path;
  for (const name of ["model.safetensors", "model.safetensors.index.json"]) {
    if (await exists(join(path, name))) return join(path, name);
  }
  throw new GraftError(
    "source-not-found",
    `The folder ${path} holds neither model.safetensors nor model.safetensors.index.json.`,
    { details: { path } },
  );
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

async function found<T>(path: string, work: () => Promise<T>): Promise<T> {
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
