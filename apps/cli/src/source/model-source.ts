import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import {
  type DownloadEvent,
  type FloatWeights,
  fitStore,
  GraftError,
  isBertConfig,
  type Json,
  loadWeights,
  type Model,
  memorySource,
  modelFromConfig,
  safetensorsStore,
  upstreamStore,
} from "@graft-ml/core";
import { openWeights } from "@graft-ml/core/node";
import { preprocessFromConfig } from "@graft-ml/vision";
import { findBackbone, findRegistered, zooNames } from "@graft-ml/zoo";
import { readAsset, readTokenizer } from "@graft-ml/zoo/node";
import { readJson, readText } from "../files.js";
import { json, jsonObject } from "../json.js";
import { type Reading, readingOf } from "../task/reading.js";
import { type ModelClass, modelClasses } from "./classes.js";
import { fromHub, hubNameOf } from "./hub.js";
import type { Config, Located } from "./located.js";
import { type ModelInput, readTextInput, textInput } from "./model-input.js";
import { fromRegistry } from "./registered.js";
import { fromAddress, isAddress } from "./url.js";
import { weightsUntil } from "./weights-until.js";

/** What happens while a model is opened. */
export type OpenEvent =
  | DownloadEvent
  | {
      readonly type: "model-opened";
      readonly source: string;
      readonly from: string;
      readonly licence?: string;
    };

/** A trained network and how its input enters. */
export type ModelSource = {
  /** How a run's config names it: a name, a repository with its commit, an address, or a whole path. */
  readonly source: string;
  readonly model: Model;
  /** Weights and running statistics by checkpoint key. */
  readonly weights: FloatWeights;
  /** The text of its config.json. */
  readonly config: Config;
  readonly input: ModelInput;
  /** In the order of its outputs; undefined where its config lists none. */
  readonly classes: readonly ModelClass[] | undefined;
  /** What its outputs mean. */
  readonly reading: Reading;
};

/**
 * Opens what MODEL and --backbone name: a run folder, a model folder, a weights file beside its
 * config.json, a backbone of the zoo, a friendly name of the registry, an address, or a repository of
 * the hub as `org/name`, `org/name@revision` or `hub:name`. Weights are safetensors, PyTorch, Keras,
 * tfjs or npz. `until` names the last stage whose weights are read; default: all. Throws `source-not-found`, `config-invalid` and what fetching and loading weights throw.
 */
export async function* openModel(
  name: string,
  signal?: AbortSignal,
  until?: (model: Model) => string,
): AsyncGenerator<OpenEvent, ModelSource> {
  const located = yield* locate(name, signal);
  const { source, from, licence } = located;
  const opened = await fromStore(located, until);
  yield { type: "model-opened", source, from, ...(licence !== undefined && { licence }) };
  return opened;
}

async function* locate(
  name: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<DownloadEvent, Located> {
  if (zooNames.includes(name)) return locateZoo(name);
  const path = resolve(name);
  if (existsSync(path)) {
    return statSync(path).isFile()
      ? locateFolder(dirname(path), path)
      : locateFolder(modelFolder(path));
  }
  const registered = findRegistered(name);
  if (registered) return yield* fromRegistry(registered, signal);
  if (isAddress(name)) return yield* fromAddress(name, { signal });
  const hub = hubNameOf(name);
  if (hub) return yield* fromHub(hub, { signal });
  throw unknownModel(name);
}

async function locateZoo(name: string): Promise<Located> {
  const entry = findBackbone(name);
  const { config, licence } = entry;
  const store = safetensorsStore(memorySource(await readAsset(entry), `${name} of the zoo`));
  const where = { source: name, from: "the zoo", folder: ".", preprocessor: undefined };
  const tokenizer = entry.tokenizer ? await readTokenizer(entry) : undefined;
  return { ...where, licence, config, store, tokenizer };
}

/** `weights` is a folder, or one file where a folder has several. */
async function locateFolder(folder: string, weights: string = folder): Promise<Located> {
  const preprocessor = join(folder, "preprocessor_config.json");
  return {
    source: weights,
    from: weights,
    licence: undefined,
    config: await readJson(join(folder, "config.json"), jsonObject),
    store: await openWeights(weights),
    folder,
    preprocessor: existsSync(preprocessor) ? preprocessor : undefined,
  };
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

async function fromStore(
  located: Located,
  until: ((model: Model) => string) | undefined,
): Promise<ModelSource> {
  const { source, config, store, folder } = located;
  const model = modelFromConfig(config);
  const whole = { specs: model.specs, store: fitStore(model, upstreamStore(model, store)) };
  const read = until ? weightsUntil({ ...whole, model, stage: until(model) }) : whole;
  const input = await inputOf(located, model);
  return {
    source,
    model,
    config,
    weights: await loadWeights(read.specs, read.store),
    input,
    classes: await modelClasses(config, (path) => readClassIndex(folder, path)),
    reading: readingOf(config, { outputs: model.numClasses, modality: input.modality }),
  };
}

async function inputOf(
  { source, config, folder, preprocessor, tokenizer }: Located,
  model: Model,
): Promise<ModelInput> {
  if (isBertConfig(config)) {
    return tokenizer ? textInput(tokenizer, { model, from: source }) : readTextInput(folder, model);
  }
  const preprocess = preprocessor
    ? preprocessFromConfig(await readJson(preprocessor, json), preprocessor)
    : preprocessFromConfig(config, `config of ${source}`);
  return { modality: "pictures", preprocess };
}

/** A JSON file, or a text with one class a line; behind a comma there may be a remark. */
async function readClassIndex(folder: string, index: string): Promise<Json> {
  const whole = resolve(folder, index);
  const path = existsSync(whole) ? whole : resolve(folder, index.replace(/,.*$/s, ""));
  if (!path.endsWith(".txt")) return readJson(path, json);
  const lines = (await readText(path)).split(/\r?\n/).map((line) => line.trim());
  return lines.filter((line) => line !== "");
}

function unknownModel(name: string): GraftError {
  const zoo =
    zooNames.length > 0
      ? `The zoo holds ${zooNames.join(", ")}`
      : "The zoo of this version is empty";
  return new GraftError(
    "source-not-found",
    `There is no model "${name}": no such folder in ${dirname(resolve(name))}, and no such name. ${zoo}; \`graft models\` lists what can be fetched. A repository of the hub is org/name, or hub:name.`,
    { details: { name, zoo: zooNames } },
  );
}
