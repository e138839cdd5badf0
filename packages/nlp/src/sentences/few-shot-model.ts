import {
  addCosineHead,
  type FloatWeights,
  fitStore,
  type HostTensor,
  type LogisticHead,
  loadWeights,
  type Model,
  memoryStore,
  modelFromConfig,
  withBertHead,
} from "@graft-ml/core";
import type { TextPooling } from "./embedding.js";
import type { TextHead } from "./text-head.js";

/** DistilBERT's classifier has a layer and a relu before its last one. */
const BEFORE = "pre_classifier";

/** The encoder as a classifier of texts, and its weights under that model's names, without a head. */
export async function classifierOf(
  options: { model: Model; weights: FloatWeights },
  { pooling, numClasses }: { pooling: TextPooling; numClasses: number },
): Promise<{ model: Model; weights: FloatWeights }> {
  const { cosine_head: _, ...config } = options.model.config;
  const model = modelFromConfig(
    withBertHead({ ...config, pooling }, { head: "sequence", numClasses }),
  );
  const store = fitStore(model, memoryStore(options.weights));
  const allowMissing = [model.classifier, BEFORE];
  const loaded = await loadWeights(model.specs, store, { allowMissing });
  const weights = Object.entries(loaded).filter(
    ([name]) => !allowMissing.some((head) => name.startsWith(`${head}.`)),
  );
  return { model, weights: Object.fromEntries(weights) };
}

/** The classifier with its head in place; a cosine head adds a stage to the model. */
export function withTextHead(
  { model, weights }: { model: Model; weights: FloatWeights },
  { layer, isCosine }: TextHead,
): { model: Model; weights: FloatWeights } {
  const whole = isCosine ? addCosineHead(model) : model;
  const last = {
    ...weights,
    [`${model.classifier}.weight`]: layer.weight,
    [`${model.classifier}.bias`]: layer.bias,
  };
  const direction = isCosine
    ? {
        "direction.weight": filled(model.numFeatures, 1),
        "direction.bias": filled(model.numFeatures, 0),
      }
    : {};
  const bound = isCosine ? filled(model.numFeatures, 1).data : boundOf(model, weights);
  const all: FloatWeights = { ...last, ...direction, ...passedOn(model, layer, bound) };
  // In the order of the file, so that equal weights are equal bytes.
  const ordered = Object.keys(whole.specs).map((name) => [name, all[name]!] as const);
  return { model: whole, weights: Object.fromEntries(ordered) };
}

const filled = (size: number, value: number): HostTensor<"float32"> => ({
  dtype: "float32",
  shape: [size],
  data: new Float32Array(size).fill(value),
});

/**
 * What no feature exceeds: a norm's output is its scale times the root of the width at most, and its offset;
 * means of such are no larger.
 */
function boundOf(model: Model, weights: FloatWeights): Float32Array {
  const norm = Object.keys(weights)
    .filter((name) => name.endsWith("output_layer_norm.weight"))
    .at(-1);
  if (norm === undefined) return new Float32Array(0);
  const offset = weights[norm.replace(/weight$/, "bias")]!.data;
  const root = Math.sqrt(model.numFeatures);
  return weights[norm]!.data.map((scale, i) => Math.abs(scale) * root + Math.abs(offset[i]!));
}

/** The layer before a relu that lets features pass: raised above 0, which the last layer takes back. */
function passedOn(model: Model, { weight, bias }: LogisticHead, bound: Float32Array): FloatWeights {
  const before = model.specs[`${BEFORE}.weight`];
  if (!before) return {};
  const size = model.numFeatures;
  const identity = Float32Array.from({ length: size * size }, (_, at) =>
    at % (size + 1) === 0 ? 1 : 0,
  );
  const lowered = bias.data.map((value, label) =>
    bound.reduce((sum, raised, i) => sum - raised * weight.data[label * size + i]!, value),
  );
  return {
    [`${BEFORE}.weight`]: { dtype: "float32", shape: [size, size], data: identity },
    [`${BEFORE}.bias`]: { dtype: "float32", shape: [size], data: bound },
    [`${model.classifier}.bias`]: { ...bias, data: lowered },
  };
}
