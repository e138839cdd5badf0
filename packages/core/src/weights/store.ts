import { GraftError } from "../errors.js";
import { allocate } from "./dtype.js";
import type { DType, HostTensor, Weights } from "./host-tensor.js";
import { adoptTensor } from "./safetensors.js";
import {
  headerLength,
  parseHeader,
  type SafetensorsHeader,
  type TensorEntry,
} from "./safetensors-header.js";

export type TensorInfo = { readonly dtype: DType; readonly shape: readonly number[] };

/** Where weights come from: memory, a file, an address. */
export type WeightStore = {
  /** For messages: a path or an address. */
  readonly name: string;
  /** What it holds, found without reading the arrays. */
  list(): Promise<Readonly<Record<string, TensorInfo>>>;
  /** One array, in the dtype that it is stored in. Throws `weight-missing`. */
  get(name: string): Promise<HostTensor>;
};

/** Bytes that can be read in pieces. */
export type ByteSource = {
  readonly name: string;
  size(): Promise<number>;
  /** The bytes from `start` up to, not including, `end`. */
  read(start: number, end: number): Promise<Uint8Array>;
  /** As `read`, into memory of the caller's, which spares a copy. Returns how many bytes came. */
  readInto?(start: number, into: Uint8Array): Promise<number>;
};

/** Bytes of a source in a buffer of their own, which an array may be laid over; shorter at the end. */
export async function readOwned(
  source: ByteSource,
  start: number,
  end: number,
  shared = false,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(allocate(end - start, shared));
  if (source.readInto) return bytes.subarray(0, await source.readInto(start, bytes));
  const read = await source.read(start, end);
  bytes.set(read);
  return bytes.subarray(0, read.length);
}

export const memorySource = (bytes: Uint8Array, name = "(memory)"): ByteSource => ({
  name,
  size: async () => bytes.length,
  read: async (start, end) => bytes.subarray(start, end),
});

export const memoryStore = (weights: Weights, name = "(memory)"): WeightStore => ({
  name,
  list: async () => weights,
  async get(key) {
    return weights[key] ?? missing(name, key);
  },
});

export type SafetensorsStore = WeightStore & {
  metadata(): Promise<Readonly<Record<string, string>>>;
};

/** A safetensors file: its header is read once, and of the rest only what is asked for. */
export function safetensorsStore(
  source: ByteSource,
  options: { /** Arrays on SharedArrayBuffers. Default false. */ shared?: boolean } = {},
): SafetensorsStore {
  const { shared = false } = options;
  const header = once(async () => {
    const { tensors, metadata } = await readHeader(source);
    return { metadata, entries: new Map(tensors.map((entry) => [entry.name, entry] as const)) };
  });
  return {
    name: source.name,
    list: async () => Object.fromEntries((await header()).entries),
    metadata: async () => (await header()).metadata,
    async get(key) {
      const { entries } = await header();
      const entry: TensorEntry = entries.get(key) ?? missing(source.name, key);
      const bytes = await readOwned(source, entry.start, entry.end, shared);
      return adoptTensor(entry, bytes, source.name);
    },
  };
}

async function readHeader(source: ByteSource): Promise<SafetensorsHeader> {
  const input = { file: source.name, fileBytes: await source.size() };
  const length = headerLength(await source.read(0, Math.min(8, input.fileBytes)), input);
  return parseHeader(await source.read(8, 8 + length), input);
}

/** Does the work when first asked, and again only if it failed. */
export function once<T>(work: () => Promise<T>): () => Promise<T> {
  let started: Promise<T> | undefined;
  return () => {
    started ??= work().catch((error: unknown) => {
      started = undefined;
      throw error;
    });
    return started;
  };
}

export function missing(store: string, key: string): never {
  throw new GraftError("weight-missing", `${store} holds no weight named "${key}".`, {
    details: { store, name: key },
  });
}
