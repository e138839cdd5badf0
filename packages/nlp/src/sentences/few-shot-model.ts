import {
  addCosineHead,
  type FloatWeights,
  fitStore,
  type HostTensor,
  loadWeights,
  type Model,
  memoryStore,
  modelFromConfig,
  withBertHead,
} from "@graft-ml/core";
import type { TextPooling } from "./embedding.js";
import { BEFORE, identityBefore } from "./identity-before.js";
import type { TextHead } from "./text-head.js";

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
  // Directions are no longer than 1.
  const bound = isCosine ? filled(model.numFeatures, 1).data : undefined;
  const passing = identityBefore({ model, weights }, layer, bound);
  const all: FloatWeights = { ...last, ...direction, ...passing };
  // In the order of the file, so that equal weights are equal bytes.
  const ordered = Object.keys(whole.specs).map((name) => [name, all[name]!] as const);
  return { model: whole, weights: Object.fromEntries(ordered) };
}

const filled = (size: number, value: number): HostTensor<"float32"> => ({
  dtype: "float32",
  shape: [size],
  data: new Float32Array(size).fill(value),
});
