import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import {
  openWeightsFile,
  type WeightsFileOptions,
  weightsAmong,
} from "../weights/open-weights-file.js";
import type { WeightStore } from "../weights/store.js";
import { withoutPrefix } from "../weights/without-prefix.js";
import { fileSource, found } from "./file-source.js";

export type OpenWeightsOptions = WeightsFileOptions & {
  /**
   * What to take off the beginning of every name, such as DataParallel's "module."; the store's name
   * tells it. Default: nothing.
   */
  stripPrefix?: string;
};

/**
 * Weights on disk: a file of safetensors, PyTorch, npz, Keras or tfjs, told apart by what is in it;
 * an index of shards; or a folder with one of these. Throws `source-not-found`, which tells what was
 * looked for, `weights-unclear` for a folder with several, and what the format's store throws.
 */
export async function openWeights(
  path: string,
  options: OpenWeightsOptions = {},
): Promise<WeightStore> {
  const file = await weightsFile(path);
  const beside = (name: string) => fileSource(join(dirname(file), name));
  const store = await openWeightsFile(basename(file), beside, options);
  return options.stripPrefix === undefined ? store : withoutPrefix(store, options.stripPrefix);
}

async function weightsFile(path: string): Promise<string> {
  const info = await found(path, () => stat(path));
  if (!info.isDirectory()) return path;
  return join(path, weightsAmong(await found(path, () => readdir(path)), path));
}
