import { GraftError } from "../errors.js";
import { type WeightsFormat, weightsFormat } from "./format.js";
import { kerasStore } from "./keras/store.js";
import { npzStore } from "./npz/store.js";
import { pytorchStore } from "./pytorch/store.js";
import { shardedStore } from "./sharded-store.js";
import { type ByteSource, safetensorsStore, type WeightStore } from "./store.js";
import { tfjsStore } from "./tfjs/store.js";

export type WeightsFileOptions = {
  /** Arrays on SharedArrayBuffers. Default false. */
  shared?: boolean;
  /** Which dict of tensors of a PyTorch checkpoint; see `pytorchStore`. */
  select?: string;
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
 * Which of a folder's files holds the weights. Throws `source-not-found`, which tells what was looked for, and
 * `weights-unclear` where there are several.
 */
export function weightsAmong(names: readonly string[], folder: string): string {
  const standard = standardNames.find((name) => names.includes(name));
  if (standard !== undefined) return standard;
  const others = names.filter((name) => endings.some((ending) => name.endsWith(ending))).sort();
  const [only] = others;
  if (only !== undefined && others.length === 1) return only;
  const looked = `${standardNames.join(", ")}, or one file that ends in ${endings.join(", ")}`;
  if (others.length === 0) {
    throw new GraftError(
      "source-not-found",
      `The folder ${folder} holds no weights. Looked for: ${looked}.`,
      { details: { path: folder } },
    );
  }
  throw new GraftError(
    "weights-unclear",
    `The folder ${folder} holds several weights files: ${others.slice(0, 10).join(", ")}. Name one of them.`,
    { details: { path: folder, files: others } },
  );
}

type Open = (source: ByteSource, options: WeightsFileOptions) => WeightStore;

const stores: Readonly<Record<Exclude<WeightsFormat, "json">, Open>> = {
  safetensors: safetensorsStore,
  pytorch: pytorchStore,
  npz: npzStore,
  keras: kerasStore,
};

/**
 * Weights of safetensors, PyTorch, npz, Keras or tfjs, told apart by what is in the file, or an index of shards;
 * `beside` opens a file of its folder by name. Throws what the format's store throws.
 */
export async function openWeightsFile(
  name: string,
  beside: (name: string) => ByteSource,
  options: WeightsFileOptions = {},
): Promise<WeightStore> {
  const source = beside(name);
  const format = await weightsFormat(source);
  if (format !== "json") return stores[format](source, options);
  if (!name.endsWith(".index.json")) return tfjsStore(source, beside, options);
  const text = new TextDecoder().decode(await source.read(0, await source.size()));
  const open = name.endsWith(".bin.index.json") ? stores.pytorch : stores.safetensors;
  return shardedStore({ name: source.name, text }, (shard) => open(beside(shard), options));
}
