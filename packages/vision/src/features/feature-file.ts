import { createHash, randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { GraftError, type Json } from "@graft-ml/core";
import type { PictureSample } from "../dataset/dataset.js";
import {
  type FeatureStore,
  type FeatureTable,
  requireRoom,
  rowLength,
  type TableLayout,
  tableBytes,
} from "./feature-store.js";

const ENDING = ".features.safetensors";

/**
 * Tables as files of a folder, one each, read row by row: `features`, (views, pictures, ...), and
 * `labels`. A file appears whole or not at all, another run finds it by its key, and one that is not
 * whole is made anew. Default bound: 20 GiB in the folder.
 */
export function fileFeatureStore(options: { folder: string; maxBytes?: number }): FeatureStore {
  const { folder, maxBytes = 20 * 2 ** 30 } = options;
  const path = (key: string) => join(folder, `${key}${ENDING}`);
  return {
    find: async (key) => {
      const handle = await open(path(key)).catch(() => undefined);
      if (!handle) return undefined;
      try {
        const head = await readHead(handle);
        return head && tableOf(path(key), head);
      } finally {
        await handle.close();
      }
    },
    create: async (key, layout) => {
      await mkdir(folder, { recursive: true });
      requireRoom(tableBytes(layout), maxBytes - (await bytesIn(folder)));
      return startFile(path(key), layout);
    },
  };
}

async function bytesIn(folder: string): Promise<number> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(ENDING));
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((a, b) => a + b, 0);
}

type Head = {
  readonly layout: TableLayout /** Where the features start. */;
  readonly start: number;
};

/** Features first, then labels, so that rows can be written as they come. */
function encodeHead(layout: TableLayout): Uint8Array {
  const bytes = tableBytes(layout);
  const { size, views, shape } = layout;
  const json = JSON.stringify({
    features: { dtype: "F32", shape: [views, size, ...shape], data_offsets: [0, bytes] },
    labels: { dtype: "I32", shape: [size], data_offsets: [bytes, bytes + 4 * size] },
  });
  const padded = new TextEncoder().encode(json.padEnd(Math.ceil(json.length / 8) * 8));
  const head = new Uint8Array(8 + padded.length);
  new DataView(head.buffer).setBigUint64(0, BigInt(padded.length), true);
  head.set(padded, 8);
  return head;
}

async function startFile(path: string, layout: TableLayout) {
  const temporary = `${path}.${randomUUID()}.tmp`;
  const handle = await open(temporary, "wx");
  const head = encodeHead(layout);
  await handle.write(head);
  const discard = async (): Promise<void> => {
    await handle.close();
    await rm(temporary, { force: true });
  };
  return {
    append: async (values: Float32Array) => {
      await writeAll(handle, bytesOf(values));
    },
    finish: async () => {
      await writeAll(handle, bytesOf(layout.labels));
      await handle.sync();
      await handle.close();
      await rename(temporary, path);
      return tableOf(path, { layout, start: head.length });
    },
    discard,
  };
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array | Int32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at)).bytesWritten;
}

/** Undefined for a file that is not one of ours, or not whole. */
async function readHead(handle: FileHandle): Promise<Head | undefined> {
  const { size: fileBytes } = await handle.stat();
  if (fileBytes < 8) return undefined;
  const length = Number((await readAt(handle, 0, 8)).readBigUInt64LE());
  if (length > Math.min(1e6, fileBytes - 8)) return undefined;
  const shape = shapeIn((await readAt(handle, 8, length)).toString("utf8"));
  if (!shape) return undefined;
  const [views, size, ...row] = shape as [number, number, ...number[]];
  const layout = { size, views, shape: row, labels: new Int32Array(size) };
  const start = 8 + length;
  const labelsAt = start + tableBytes(layout);
  if (fileBytes !== labelsAt + 4 * size) return undefined;
  bytesOf(layout.labels).set(await readAt(handle, labelsAt, 4 * size));
  return { layout, start };
}

function shapeIn(json: string): readonly number[] | undefined {
  try {
    const { shape } = (JSON.parse(json) as { features: { shape: unknown } }).features;
    const whole = (n: unknown) => Number.isSafeInteger(n) && (n as number) > 0;
    return Array.isArray(shape) && shape.length > 2 && shape.every(whole) ? shape : undefined;
  } catch {
    return undefined;
  }
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await handle.read(bytes, 0, length, position);
  if (bytesRead === length) return bytes;
  throw new GraftError(
    "checkpoint-corrupt",
    `A file of cached features ends at byte ${position + bytesRead}, where ${length} more were expected. Remove the cache folder.`,
  );
}

/** Rows are read on demand; the file is opened for each batch, so that nothing has to be closed. */
function tableOf(path: string, { layout, start }: Head): FeatureTable {
  const length = 4 * rowLength(layout.shape);
  return {
    ...layout,
    read: async (rows) => {
      const out = new Uint8Array(rows.length * length);
      const handle = await open(path);
      try {
        for (const [i, row] of rows.entries()) {
          out.set(await readAt(handle, start + row * length, length), i * length);
        }
      } finally {
        await handle.close();
      }
      return new Float32Array(out.buffer);
    },
  };
}

/** What `dataKey` takes: a hash of the names, sizes and times of change of these pictures, in order. */
export async function fingerprintPictures(samples: readonly PictureSample[]): Promise<Json> {
  const hash = createHash("sha256");
  for (const { path, name, label } of samples) {
    const { size, mtimeMs } = await stat(path);
    hash.update(JSON.stringify([name, label, size, mtimeMs]));
  }
  return hash.digest("hex");
}
