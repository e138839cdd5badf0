import type { FloatWeights, LogisticHead, Model } from "@graft-ml/core";

/** DistilBERT's classifier has a layer and a relu before its last one. */
const BEFORE = "pre_classifier";

/**
 * Weights of a layer before a relu that let features pass as they are: raised above 0, which the last
 * layer takes back. Nothing where there is no such layer.
 */
export function passedOn(
  { specs, classifier, numFeatures: size }: Model,
  weights: FloatWeights,
  { weight, bias }: LogisticHead,
): FloatWeights {
  const layer = specs[`${BEFORE}.weight`];
  if (!layer) return {};
  const raised = boundOf(weights, size);
  const identity = Float32Array.from({ length: size * size }, (_, at) =>
    at % (size + 1) === 0 ? 1 : 0,
  );
  const lowered = bias.data.map((value, label) =>
    raised.reduce((sum, each, i) => sum - each * weight.data[label * size + i]!, value),
  );
  return {
    [`${BEFORE}.weight`]: { dtype: "float32", shape: [size, size], data: identity },
    [`${BEFORE}.bias`]: { dtype: "float32", shape: [size], data: raised },
    [`${classifier}.bias`]: { ...bias, data: lowered },
  };
}

/**
 * What no feature exceeds: a norm's output is its scale times the root of the width at most, and its offset;
 * means of such are no larger.
 */
function boundOf(weights: FloatWeights, size: number): Float32Array {
  const norm = Object.keys(weights)
    .filter((name) => name.endsWith("output_layer_norm.weight"))
    .at(-1)!;
  const offset = weights[norm.replace(/weight$/, "bias")]!.data;
  return Float32Array.from(
    weights[norm]!.data,
    (scale, i) => Math.abs(scale) * Math.sqrt(size) + Math.abs(offset[i]!),
  );
}
