import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import {
  type FloatWeights,
  fitStore,
  GraftError,
  type Json,
  loadWeights,
  type Model,
  memorySource,
  modelFromConfig,
  safetensorsStore,
  upstreamStore,
  type WeightStore,
} from "@graft-ml/core";
import { openWeights } from "@graft-ml/core/node";
import { type Preprocess, preprocessFromConfig } from "@graft-ml/vision";
import { findBackbone, zooNames } from "@graft-ml/zoo";
import { readAsset } from "@graft-ml/zoo/node";
import { type ModelClass, modelClasses } from "./classes.js";
import { readJson, readText } from "./files.js";
import { json, jsonObject } from "./json.js";

type Config = { readonly [key: string]: Json };

/** A trained network and what it wants its pictures to be. */
export type ModelSource = {
  /** How a run's config names it: a name of the zoo, or the folder's whole path. */
  readonly source: string;
  readonly model: Model;
  /** Weights and running statistics by checkpoint key. */
  readonly weights: FloatWeights;
  /** The text of its config.json. */
  readonly config: Config;
  readonly preprocess: Preprocess;
  /** In the order of its outputs; undefined where its config lists none. */
  readonly classes: readonly ModelClass[] | undefined;
};

/**
 * Opens what MODEL and --backbone name: a run folder, a model folder, a weights file beside its
 * config.json, or a backbone of the zoo. Weights are safetensors, PyTorch, Keras, tfjs or npz.
 * Throws `source-not-found`, `config-invalid` and what loading weights throws.
 */
export async function openModel(name: string): Promise<ModelSource> {
  if (zooNames.includes(name)) return openZoo(name);
  const path = resolve(name);
  if (!existsSync(path)) throw unknownModel(name);
  if (statSync(path).isFile()) return openFolder(dirname(path), path);
  return openFolder(modelFolder(path));
}

async function openZoo(name: string): Promise<ModelSource> {
  const entry = findBackbone(name);
  const store = safetensorsStore(memorySource(await readAsset(entry), `${name} of the zoo`));
  return fromStore({ source: name, config: entry.config, store, folder: "." });
}

/** `weights` is a folder, or one file where a folder has several. */
async function openFolder(folder: string, weights: string = folder): Promise<ModelSource> {
  const config = await readJson(join(folder, "config.json"), jsonObject);
  return fromStore({ source: weights, config, store: await openWeights(weights), folder });
}

/** A run keeps its model in `model/`; an unfinished one has none yet. */
function modelFolder(folder: string): string {
  const inner = join(folder, "model");
  if (existsSync(join(inner, "config.json"))) return inner;
  if (existsSync(join(folder, "checkpoints"))) {
    throw new GraftError(
      "run-invalid",
      `The run ${folder} has no model yet: it was not finished. Go on with: graft resume ${folder}`,
      { details: { folder } },
    );
  }
  if (existsSync(join(folder, "config.json"))) return folder;
  throw new GraftError(
    "source-not-found",
    `${folder} is no model folder: it has no config.json. Give a run folder, or a folder with config.json and weights.`,
    { details: { folder } },
  );
}

async function fromStore(input: {
  source: string;
  config: Config;
  store: WeightStore;
  folder: string;
}): Promise<ModelSource> {
  const { source, config, store, folder } = input;
  const model = modelFromConfig(config);
  return {
    source,
    model,
    config,
    weights: await loadWeights(model.specs, fitStore(model, upstreamStore(model, store))),
    preprocess: await preprocessOf(folder, config, source),
    classes: await modelClasses(config, (path) => readClassIndex(folder, path)),
  };
}

/** A JSON file, or a text with one class a line; behind a comma there may be a remark. */
async function readClassIndex(folder: string, index: string): Promise<Json> {
  const whole = resolve(folder, index);
  const path = existsSync(whole) ? whole : resolve(folder, index.replace(/,.*$/s, ""));
  if (!path.endsWith(".txt")) return readJson(path, json);
  const lines = (await readText(path)).split(/\r?\n/).map((line) => line.trim());
  return lines.filter((line) => line !== "");
}

/** preprocessor_config.json says it where there is one; else the config itself does. */
async function preprocessOf(folder: string, config: Config, source: string): Promise<Preprocess> {
  const file = join(folder, "preprocessor_config.json");
  if (folder === "." || !existsSync(file))
    return preprocessFromConfig(config, `config of ${source}`);
  return preprocessFromConfig(await readJson(file, json), file);
}

function unknownModel(name: string): GraftError {
  const zoo =
    zooNames.length > 0
      ? `The zoo holds ${zooNames.join(", ")}`
      : "The zoo of this version is empty";
  return new GraftError(
    "source-not-found",
    `There is no model "${name}": no such folder in ${dirname(resolve(name))}, and no such backbone. ${zoo}.`,
    { details: { name, zoo: zooNames } },
  );
}
