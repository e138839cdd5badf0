import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Batch } from "../engine.js";
import { GraftError, isGraftError } from "../errors.js";
import {
  type FeaturePrecision,
  type FeatureStore,
  type FeatureStoreOptions,
  type FeatureTable,
  fromStored,
  requireRoom,
  rowLength,
  type TableLayout,
  tableBytes,
  toStored,
} from "../features/feature-store.js";
import { FEATURES } from "../fine-tune/task.js";
import { bytesOf } from "../weights/dtype.js";
import type { HostTensor } from "../weights/host-tensor.js";
import { adoptTensor } from "../weights/safetensors.js";
import { codes, headerLength, parseHeader } from "../weights/safetensors-header.js";
import { fileSource } from "./file-source.js";
import { unfinishedName, writeFailed } from "./write-file-atomic.js";

/**
 * Tables as files of a folder, one each, read row by row: `features`, (views, samples, ...), and the
 * fields. A file appears whole or not at all, another run finds it by its key, and one that is not
 * whole is made anew. Default bound: 20 GiB in the folder. Throws `disk-write-failed`.
 */
export function fileFeatureStore(options: FeatureStoreOptions & { folder: string }): FeatureStore {
  const { folder, maxBytes = 20 * 2 ** 30, precision = "float32" } = options;
  const path = (key: string) =>
    join(folder, `${key}${precision === "float16" ? ".f16" : ""}${ENDING}`);
  return {
    find: async (key) => {
      const head = await readHead(path(key), precision);
      return head && tableOf(path(key), head);
    },
    create: async (key, layout) => {
      await told(path(key), () => mkdir(folder, { recursive: true }));
      requireRoom(tableBytes(layout, precision), maxBytes - (await bytesIn(folder)));
      return startFile(path(key), layout, precision);
    },
  };
}

const ENDING = ".features.safetensors";

async function bytesIn(folder: string): Promise<number> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(ENDING));
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((a, b) => a + b, 0);
}

type Head = {
  readonly layout: TableLayout;
  readonly precision: FeaturePrecision;
  /** Where the features start. */
  readonly start: number;
};

/** Features first, then the fields, so that rows can be written as they come. */
function encodeHead(layout: TableLayout, precision: FeaturePrecision): Uint8Array {
  const { size, views, shape } = layout;
  const header: Record<string, object> = {};
  let end = 0;
  const add = (name: string, array: Pick<HostTensor, "dtype" | "shape">, bytes: number): void => {
    const data_offsets = [end, end + bytes];
    header[name] = { dtype: codes[array.dtype], shape: array.shape, data_offsets };
    end += bytes;
  };
  const features = { dtype: precision, shape: [views, size, ...shape] };
  add(FEATURES, features, tableBytes(layout, precision));
  for (const [name, field] of Object.entries(layout.fields))
    add(name, field, field.data.byteLength);
  const json = JSON.stringify(header);
  const padded = new TextEncoder().encode(json);
  const head = new Uint8Array(8 + Math.ceil(padded.length / 8) * 8).fill(0x20, 8);
  new DataView(head.buffer).setBigUint64(0, BigInt(head.length - 8), true);
  head.set(padded, 8);
  return head;
}

async function startFile(path: string, layout: TableLayout, precision: FeaturePrecision) {
  const temporary = join(dirname(path), unfinishedName(basename(path)));
  const handle = await told(path, () => open(temporary, "wx"));
  const head = encodeHead(layout, precision);
  const discard = async () => {
    await handle.close();
    await rm(temporary, { force: true });
  };
  await told(path, () => writeAll(handle, head)).catch(async (error: unknown) => {
    await discard();
    throw error;
  });
  return {
    append: (values: Float32Array) => {
      const { buffer, byteOffset, byteLength } = toStored(values, precision);
      return told(path, () => writeAll(handle, new Uint8Array(buffer, byteOffset, byteLength)));
    },
    finish: () =>
      told(path, async () => {
        for (const field of Object.values(layout.fields)) await writeAll(handle, bytesOf(field));
        await handle.sync();
        await handle.close();
        await rename(temporary, path);
        return tableOf(path, { layout, precision, start: head.length });
      }),
    discard,
  };
}

/** What fails is told by the file's own name. Throws `disk-write-failed`. */
const told = <T>(path: string, write: () => Promise<T>): Promise<T> =>
  write().catch((cause: unknown) => {
    throw writeFailed(path, cause);
  });

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at)).bytesWritten;
}

/** Undefined where there is no file, or one that is not whole: it is made anew. */
async function readHead(path: string, precision: FeaturePrecision): Promise<Head | undefined> {
  try {
    const source = fileSource(path);
    const about = { file: path, fileBytes: await source.size() };
    const length = headerLength(await source.read(0, 8), about);
    const { tensors } = parseHeader(await source.read(8, 8 + length), about);
    const [features, ...rest] = tensors;
    if (features?.name !== FEATURES || features.dtype !== precision) return undefined;
    const fields: Record<string, Batch[string]> = {};
    for (const entry of rest) {
      const field = adoptTensor(entry, await source.read(entry.start, entry.end), path);
      if (!isField(field)) return undefined;
      fields[entry.name] = field;
    }
    const [views = 0, size = 0, ...shape] = features.shape;
    return { layout: { size, views, shape, fields }, precision, start: features.start };
  } catch (error) {
    if (isGraftError(error, "source-not-found") || isGraftError(error, "weights-corrupt")) {
      return undefined;
    }
    throw error;
  }
}

const isField = (tensor: HostTensor): tensor is Batch[string] =>
  ["float32", "int32", "uint8", "bool"].includes(tensor.dtype);

/** Rows are read on demand; the file is opened for each batch, so that nothing has to be closed. */
function tableOf(path: string, { layout, precision, start }: Head): FeatureTable {
  const length = rowLength(layout.shape);
  const Row = precision === "float16" ? Uint16Array : Float32Array;
  const bytes = length * Row.BYTES_PER_ELEMENT;
  return {
    ...layout,
    read: async (rows) => {
      const stored = new Row(rows.length * length);
      const into = new Uint8Array(stored.buffer);
      const handle = await open(path);
      try {
        for (const [i, row] of rows.entries()) {
          await readAt(handle, start + row * bytes, into.subarray(i * bytes, (i + 1) * bytes));
        }
      } finally {
        await handle.close();
      }
      return fromStored(stored);
    },
  };
}

async function readAt(handle: FileHandle, position: number, into: Uint8Array): Promise<void> {
  const { bytesRead } = await handle.read(into, 0, into.length, position);
  if (bytesRead === into.length) return;
  throw new GraftError(
    "checkpoint-corrupt",
    `A file of cached features ends at byte ${position + bytesRead}, where ${into.length} more were expected. Remove the cache folder.`,
  );
}
