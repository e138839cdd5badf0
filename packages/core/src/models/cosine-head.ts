import * as tf from "@tensorflow/tfjs-core";
import { GraftError } from "../errors.js";
import type { Model, WeightSpecs } from "./model.js";
import { nested } from "./nested.js";

/** The stage before a cosine head; its weights are a scale and an offset of each feature. */
export const DIRECTION = "direction";

type Weights = { readonly direction: { readonly weight: tf.Tensor1D; readonly bias: tf.Tensor1D } };

/** Below it a feature points nowhere. */
const SHORTEST = 1e-12;

/**
 * The same model with its features scaled, shifted and then divided by their length before the head, so
 * that it sees their direction alone (arXiv 1804.09458): a stage "direction" of two weights a feature. Its
 * config says `"cosine_head": true`. Throws `config-invalid` for features that are not pooled.
 */
export function addCosineHead(model: Model): Model {
  const { architecture, numFeatures, classifier, stages, specs } = model;
  const head = stages.at(-1);
  const isPlain = specs[`${classifier}.weight`]?.shape[1] === numFeatures;
  if (!head?.prefixes.includes(classifier) || !isPlain || model.config.cosine_head) {
    throw new GraftError(
      "config-invalid",
      `"${architecture}" can't have a cosine head: its last stage is not one layer on its features. Choose a prototype head, or another backbone.`,
      { details: { architecture } },
    );
  }
  const added: WeightSpecs = {
    [`${DIRECTION}.weight`]: { shape: [numFeatures], role: "param", init: constant(1) },
    [`${DIRECTION}.bias`]: { shape: [numFeatures], role: "param", init: constant(0) },
  };
  return {
    ...model,
    config: { ...model.config, cosine_head: true },
    specs: { ...specs, ...added },
    stages: [
      ...stages.slice(0, -1),
      {
        name: DIRECTION,
        prefixes: [DIRECTION],
        apply: (params, x) => direction(nested<Weights>(params).direction, x as tf.Tensor2D),
      },
      head,
    ],
  };
}

const constant = (value: number) => ({ kind: "constant", value }) as const;

/** (B, D) to rows of length 1. */
function direction({ weight, bias }: Weights["direction"], x: tf.Tensor2D): tf.Tensor2D {
  const y = tf.add<tf.Tensor2D>(tf.mul(x, weight), bias);
  const length = tf.sqrt(tf.sum(tf.square(y), 1, true));
  return tf.div(y, tf.maximum(length, SHORTEST));
}
