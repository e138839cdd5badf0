import type { FloatWeights, LogisticHead, Model } from "@graft-ml/core";

/** DistilBERT's classifier has a layer and a relu before its last one. */
export const BEFORE = "pre_classifier";

/**
 * Weights of the layer before a relu that let features pass to the head as they are: raised above 0, which the
 * head's bias takes back. Nothing where the model has no such layer. `weights` are the encoder's, whose last
 * norm says what no feature exceeds; or a `bound` for each feature (size) says so.
 */
export function identityBefore(
  { model, weights }: { model: Model; weights: FloatWeights },
  { weight, bias }: LogisticHead,
  bound: Float32Array = boundOf(model, weights),
): FloatWeights {
  if (!model.specs[`${BEFORE}.weight`]) return {};
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
