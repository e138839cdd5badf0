import { GraftError } from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";
import { checkPair, checkPositive, type DomainPair } from "./shapes.js";
import { stopGradient } from "./stop-gradient.js";

/** The root has no slope at 0. */
const SHORTEST = 1e-12;

/**
 * Hard adaptive feature norm (HAFN): the squared distance of each domain's mean feature length from one radius
 * (Xu et al. 2019, arXiv 1811.07456). Features are (B, D). Throws `shape-mismatch` and `config-invalid`.
 */
export function hardFeatureNorm({ radius = 25, ...features }: HardNormOptions): tf.Scalar {
  checkPair(features, "The feature norm");
  checkPositive(radius, "The radius of the feature norm");
  const from = (x: tf.Tensor2D) => tf.square<tf.Scalar>(tf.sub(tf.mean(lengthsOf(x)), radius));
  return tf.add(from(features.source), from(features.target));
}

export type HardNormOptions = DomainPair & {
  /** Default 25. */
  readonly radius?: number;
};

/**
 * Stepwise adaptive feature norm (SAFN): each feature's length is drawn to what it is now plus a step (Xu
 * et al. 2019), the mean over samples (B, D). The value is always the step's square; only its gradient
 * says something. Throws `shape-mismatch` and `config-invalid`.
 */
export function stepwiseFeatureNorm({ features, step = 1 }: StepwiseNormOptions): tf.Scalar {
  if (features.rank !== 2) {
    throw new GraftError(
      "shape-mismatch",
      `The feature norm takes features of [samples, width], not [${features.shape}].`,
      { details: { features: features.shape } },
    );
  }
  checkPositive(step, "The step of the feature norm");
  const lengths = lengthsOf(features);
  return tf.mean(tf.square(tf.sub(lengths, tf.add(stopGradient(lengths), step))));
}

export type StepwiseNormOptions = {
  readonly features: tf.Tensor2D;
  /** Default 1. */
  readonly step?: number;
};

const lengthsOf = (x: tf.Tensor2D): tf.Tensor1D =>
  tf.sqrt(tf.maximum(tf.sum<tf.Tensor1D>(tf.square(x), 1), SHORTEST));
