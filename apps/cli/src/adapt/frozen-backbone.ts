import {
  type FloatWeights,
  GraftError,
  graftedWeights,
  isBertConfig,
  isUnder,
  type LogisticHead,
  type Model,
  modelFromConfig,
  replaceHead,
  withBertHead,
} from "@graft-ml/core";
import { identityBefore } from "@graft-ml/nlp";
import { type ModelInput, preprocessOf, tokenizerOf } from "../source/model-input.js";
import { type OpenEvent, openModel } from "../source/model-source.js";

/** A network whose last layer alone is new, and what that layer reads. */
export type FrozenBackbone = {
  readonly source: string;
  readonly input: ModelInput;
  readonly model: Model;
  /** Of all that comes before the last layer. */
  readonly weights: FloatWeights;
  /** The stage that gives what the last layer reads. */
  readonly stage: string;
};

/** Longer texts are cut, as `graft train` does. */
const USUAL_LENGTH = 128;

/**
 * Opens a backbone with room for a head of so many classes: of pictures averaged over their last maps, of
 * texts over their words. Throws what `openModel` throws, `usage` for one that reads the other kind, and
 * `config-invalid` where the last layer is not linear.
 */
export async function* openFrozen(
  name: string,
  options: { modality: ModelInput["modality"]; numClasses: number; signal: AbortSignal },
): AsyncGenerator<OpenEvent, FrozenBackbone> {
  const { modality, numClasses, signal } = options;
  const opened = yield* openModel(name, signal, beforeHead);
  const { source } = opened;
  if (modality === "pictures") preprocessOf(opened.input);
  else tokenizerOf(opened.input);
  const model = headed(opened.model, numClasses);
  const weights = await graftedWeights(model, opened.weights, 0);
  const own = Object.entries(weights).filter(([key]) => key in model.specs && !isHead(model, key));
  requireLinear(model, source);
  return {
    source,
    input: cut(opened.input),
    model,
    weights: Object.fromEntries(own),
    stage: model.stages.at(-2)!.name,
  };
}

/** All weights, with this head as the model's last layer. Throws `weight-missing`. */
export function withHead({ model, weights }: FrozenBackbone, head: LogisticHead): FloatWeights {
  const { classifier, specs } = model;
  const name = `${classifier}.weight`;
  const all: FloatWeights = {
    ...weights,
    [name]: { ...head.weight, shape: specs[name]!.shape },
    [`${classifier}.bias`]: head.bias,
    ...identityBefore({ model, weights }, head),
  };
  // In the order of the file, so that equal weights are equal bytes.
  const ordered = Object.keys(specs).map((key) => {
    const tensor = all[key];
    if (tensor) return [key, tensor] as const;
    throw new GraftError("weight-missing", `The backbone has no weights "${key}". Choose another.`);
  });
  return Object.fromEntries(ordered);
}

/** The last stage that can be of use: what is behind it is replaced. */
function beforeHead({ config, trunk, stages, numClasses }: Model): string {
  if (isBertConfig(config)) return trunk.stage;
  return stages.at(numClasses === 0 ? -1 : -2)!.name;
}

function headed(model: Model, numClasses: number): Model {
  const { cosine_head: _, ...config } = model.config;
  if (!isBertConfig(config)) return replaceHead(model, numClasses);
  const pooling = config.pooling === "cls" ? "cls" : "mean";
  return modelFromConfig(withBertHead({ ...config, pooling }, { head: "sequence", numClasses }));
}

const isHead = ({ stages }: Model, key: string): boolean =>
  stages.at(-1)!.prefixes.some((prefix) => isUnder(key, prefix));

const cut = (input: ModelInput): ModelInput =>
  input.modality === "texts"
    ? { ...input, maxLength: Math.min(USUAL_LENGTH, input.maxLength) }
    : input;

function requireLinear({ architecture, classifier, specs, ...model }: Model, source: string): void {
  const { [`${classifier}.weight`]: weight, [`${classifier}.bias`]: bias } = specs;
  const size = weight?.shape.reduce((all, each) => all * each, 1);
  if (bias && size === model.numClasses * model.numFeatures) return;
  throw new GraftError(
    "config-invalid",
    `The last layer of ${source} (${architecture}) is not one linear layer on pooled features, which an adapted head takes the place of. Choose another backbone.`,
    { details: { source, architecture } },
  );
}
