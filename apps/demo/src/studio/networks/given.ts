import {
  blobSource,
  GraftError,
  modelFromConfig,
  openWeightsFile,
  weightsAmong,
} from "@graft-ml/core";
import type { GivenFile } from "../studio.js";
import { assemble, jsonOf } from "./assemble.js";
import type { Network } from "./network.js";

/**
 * The network of a model folder, or of a run folder, which keeps it in `model/`. Throws `source-not-found`
 * where something is missing, and what reading throws.
 */
export async function givenNetwork(files: readonly GivenFile[]): Promise<Network> {
  const folder = modelFolder(files);
  const inside = new Map(
    files
      .filter(({ path }) => path.startsWith(folder) && !path.slice(folder.length).includes("/"))
      .map(({ path, file }) => [path.slice(folder.length), file]),
  );
  const config = jsonOf(await inside.get("config.json")!.text(), "config.json");
  const model = modelFromConfig(config);
  const weights = weightsAmong([...inside.keys()], folder || "that was given");
  const store = await openWeightsFile(weights, (name) => {
    const file = inside.get(name);
    if (file) return blobSource(file, name);
    throw new GraftError("source-not-found", `${name} is missing beside ${weights}. Give it, too.`);
  });
  const texts = await Promise.all(
    [...inside]
      .filter(([name]) => TEXTS.has(name))
      .map(async ([name, file]) => [name, await file.text()] as const),
  );
  return assemble({
    name: folder.replace(/\/(model\/)?$/, "") || weights,
    summary: `${model.architecture}, from your files`,
    ...{ config, model, store, files: Object.fromEntries(texts) },
  });
}

const TEXTS = new Set([
  "preprocessor_config.json",
  "tokenizer.json",
  "tokenizer_config.json",
  "vocab.txt",
  "special_tokens_map.json",
]);

/** With its slash; empty where the files lie in none. A run's own config.json is no model's. */
function modelFolder(files: readonly GivenFile[]): string {
  const folders = files
    .filter(({ path }) => /(^|\/)config\.json$/.test(path))
    .map(({ path }) => path.slice(0, path.length - "config.json".length))
    .sort((a, b) => a.length - b.length);
  const found = folders.find((folder) => /(^|\/)model\/$/.test(folder)) ?? folders[0];
  if (found !== undefined) return found;
  throw new GraftError(
    "source-not-found",
    `There is no config.json among the ${files.length} files: give a run folder, or a folder with config.json and weights.`,
    { details: { files: files.length } },
  );
}
