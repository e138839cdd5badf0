import { readdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { GraftError } from "../errors.js";
import { type WeightsFormat, weightsFormat } from "../weights/format.js";
import { kerasStore } from "../weights/keras/store.js";
import { npzStore } from "../weights/npz/store.js";
import { pytorchStore } from "../weights/pytorch/store.js";
import { shardedStore } from "../weights/sharded-store.js";
import { type ByteSource, safetensorsStore, type WeightStore } from "../weights/store.js";
import { tfjsStore } from "../weights/tfjs/store.js";
import { withoutPrefix } from "../weights/without-prefix.js";
import { fileSource, found } from "./file-source.js";

export type OpenWeightsOptions = {
  /** Arrays on SharedArrayBuffers. Default false. */
  shared?: boolean;
  /** Which dict of tensors of a PyTorch checkpoint; see `pytorchStore`. */
  select?: string;
  /**
   * What to take off the beginning of every name, such as DataParallel's "module."; the store's name
   * tells it. Default: nothing.
   */
  stripPrefix?: string;
};

/** What upstream calls weights, in the order that they are looked for in a folder. */
const standardNames = [
  "model.safetensors",
  "model.safetensors.index.json",
  "pytorch_model.bin",
  "pytorch_model.bin.index.json",
  "model.weights.h5",
  "tf_model.h5",
  "model.keras",
  "model.json",
];

/** A folder without any of these may hold one file of another name that ends so. */
const endings = [".safetensors", ".pth", ".pt", ".th", ".npz", ".h5", ".keras"];

/**
 * Weights on disk: a file of safetensors, PyTorch, npz, Keras or tfjs, told apart by what is in it;
 * an index of shards; or a folder with one of these. Throws `source-not-found`, which tells what was
 * looked for, `weights-unclear` for a folder with several, and what the format's store throws.
 */
export async function openWeights(
  path: string,
  options: OpenWeightsOptions = {},
): Promise<WeightStore> {
  const store = await openFile(await weightsFile(path), options);
  return options.stripPrefix === undefined ? store : withoutPrefix(store, options.stripPrefix);
}

type Open = (source: ByteSource, options: OpenWeightsOptions) => WeightStore;

const stores: Readonly<Record<Exclude<WeightsFormat, "json">, Open>> = {
  safetensors: safetensorsStore,
  pytorch: pytorchStore,
  npz: npzStore,
  keras: kerasStore,
};

async function openFile(path: string, options: OpenWeightsOptions): Promise<WeightStore> {
  const source = fileSource(path);
  const format = await weightsFormat(source);
  if (format !== "json") return stores[format](source, options);
  const beside = (file: string): string => join(dirname(path), file);
  if (!path.endsWith(".index.json")) {
    return tfjsStore(source, (shard) => fileSource(beside(shard)), options);
  }
  const text = await found(path, () => readFile(path, "utf8"));
  const pickled = path.endsWith(".bin.index.json");
  const open = pickled ? stores.pytorch : stores.safetensors;
  return shardedStore({ name: path, text }, (shard) => open(fileSource(beside(shard)), options));
}

async function weightsFile(path: string): Promise<string> {
  const info = await found(path, () => stat(path));
  if (!info.isDirectory()) return path;
  const names = await found(path, () => readdir(path));
  const standard = standardNames.find((name) => names.includes(name));
  if (standard !== undefined) return join(path, standard);
  const others = names.filter((name) => endings.some((ending) => name.endsWith(ending))).sort();
  const [only] = others;
  if (only !== undefined && others.length === 1) return join(path, only);
  const looked = `${standardNames.join(", ")}, or one file that ends in ${endings.join(", ")}`;
  if (others.length === 0) {
    throw new GraftError(
      "source-not-found",
      `The folder ${path} holds no weights. Looked for: ${looked}.`,
      { details: { path } },
    );
  }
  throw new GraftError(
    "weights-unclear",
    `The folder ${path} holds several weights files: ${others.slice(0, 10).join(", ")}. Name one of them.`,
    { details: { path, files: others } },
  );
}
