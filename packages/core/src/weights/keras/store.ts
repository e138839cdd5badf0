import { corrupt } from "../corrupt.js";
import { openHdf5File, rootAddress } from "../hdf5/file.js";
import { decodeTensor } from "../safetensors.js";
import type { TensorEntry } from "../safetensors-header.js";
import { type ByteSource, memorySource, missing, once, type WeightStore } from "../store.js";
import { openZip } from "../zip.js";
import { layerNames } from "./config.js";
import { readLayers } from "./layers.js";
import { openTree } from "./tree.js";
import { readVariables } from "./variables.js";

/**
 * A Keras file's weights: `.h5` of Keras 1 and 2, `.weights.h5` and `.keras` of Keras 3, told apart by
 * what is in them. Names are "layer/variable", such as "conv1_conv/kernel"; layouts are Keras's. Nothing
 * is executed, and of the file only its structure and the arrays asked for are read. Throws
 * `weights-corrupt` for what is malformed, and for what HDF5 allows and Keras does not write: arrays in
 * chunks, links, big-endian numbers.
 */
export function kerasStore(
  source: ByteSource,
  options: { /** Arrays on SharedArrayBuffers. Default false. */ shared?: boolean } = {},
): WeightStore {
  const { shared = false } = options;
  const opened = once(() => open(source));
  return {
    name: source.name,
    list: async () => Object.fromEntries((await opened()).entries),
    async get(name) {
      const { entries, inner } = await opened();
      const entry = entries.get(name) ?? missing(source.name, name);
      const bytes = await inner.read(entry.start, entry.end);
      return decodeTensor(entry, bytes, { file: source.name, shared });
    },
  };
}

type Opened = { entries: ReadonlyMap<string, TensorEntry>; inner: ByteSource };

async function open(source: ByteSource): Promise<Opened> {
  const first = await source.read(0, Math.min(4, await source.size()));
  const isZip = first[0] === 0x50 && first[1] === 0x4b;
  const { inner, names } = isZip ? await unpack(source) : { inner: source, names: new Map() };
  const file = await openHdf5File(inner);
  const tree = openTree(file);
  const root = await tree.node(await rootAddress(file));
  const list = (await readLayers(tree, root)) ?? (await readVariables(tree, root, names));
  if (list.length === 0) {
    throw corrupt(source.name, "it is an HDF5 file without the weights of a Keras model");
  }
  checkApart(source.name, list);
  return { entries: new Map(list.map((entry) => [entry.name, entry] as const)), inner };
}

const weightsEntry = "model.weights.h5";

/** Keras stores the entries without compression, so that arrays can be read where they lie. */
async function unpack(
  source: ByteSource,
): Promise<{ inner: ByteSource; names: ReadonlyMap<string, string> }> {
  const zip = await openZip(source);
  const range = await zip.range(weightsEntry);
  const config = zip.entries.has("config.json") ? await zip.read("config.json") : undefined;
  const names = config ? layerNames(config, source.name) : new Map<string, string>();
  if (range === undefined) {
    return { inner: memorySource(await zip.read(weightsEntry), source.name), names };
  }
  const { start, end } = range;
  const inner: ByteSource = {
    name: source.name,
    size: async () => end - start,
    read: (from, to) => source.read(start + from, start + to),
  };
  return { inner, names };
}

/** Two arrays in one place, or under one name, are a file that lies. */
function checkApart(file: string, list: readonly TensorEntry[]): void {
  const names = new Set<string>();
  let before: TensorEntry | undefined;
  for (const entry of [...list].sort((a, b) => a.start - b.start)) {
    if (names.has(entry.name)) throw corrupt(file, `it holds "${entry.name}" twice`);
    names.add(entry.name);
    if (entry.end === entry.start) continue;
    if (before && entry.start < before.end) {
      throw corrupt(file, `the arrays "${before.name}" and "${entry.name}" overlap`);
    }
    before = entry;
  }
}
