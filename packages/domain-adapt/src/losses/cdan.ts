import { GraftError } from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";
import { entropyPerSample } from "./entropy.js";
import { checkLogits } from "./shapes.js";
import { stopGradient } from "./stop-gradient.js";

/** Fixed matrices of unit variance: (D, W) for features and (C, W) for probabilities. */
export type RandomProjection = { readonly features: tf.Tensor2D; readonly classes: tf.Tensor2D };

export type ConditionOptions = {
  /** (B, D) */
  readonly features: tf.Tensor2D;
  /** (B, C); no gradient flows into them. */
  readonly logits: tf.Tensor2D;
  /** In place of the whole outer product. */
  readonly projection?: RandomProjection;
};

/**
 * Features conditioned on what the classifier says of them, for a discriminator (CDAN, Long et al. 2018,
 * arXiv 1705.10667): its multilinear map, the outer product of features and softmax, (B, D C); or, where
 * that is too wide, the randomised one, (R_f f) * (R_g g) / sqrt(W), (B, W). Throws `shape-mismatch`.
 */
export function conditionFeatures({ features, logits, projection }: ConditionOptions): tf.Tensor2D {
  checkLogits(logits, "CDAN");
  checkRows(features, logits);
  const classes = tf.softmax(stopGradient(logits));
  if (projection) {
    const [f, g] = [
      tf.matMul(features, projection.features),
      tf.matMul(classes, projection.classes),
    ];
    return tf.div(tf.mul(f, g), Math.sqrt(projection.features.shape[1]));
  }
  const [rows, width] = features.shape;
  const outer = tf.mul(tf.reshape(features, [rows, width, 1]), tf.reshape(classes, [rows, 1, -1]));
  return tf.reshape(outer, [rows, width * logits.shape[1]]);
}

/**
 * 1 + exp(-H) of each row's softmax (B): samples that are told surely count more in `domainLoss` (the
 * entropy conditioning of CDAN+E, Long et al. 2018). They carry no gradient.
 */
export function entropyWeights(logits: tf.Tensor2D): tf.Tensor1D {
  checkLogits(logits, "CDAN");
  return tf.add(tf.exp(tf.neg(stopGradient(entropyPerSample(logits)))), 1);
}

function checkRows(features: tf.Tensor2D, logits: tf.Tensor2D): void {
  if (features.rank === 2 && features.shape[0] === logits.shape[0]) return;
  throw new GraftError(
    "shape-mismatch",
    `CDAN needs features of [samples, width] with a row of logits each, not [${features.shape}] and [${logits.shape}].`,
    { details: { features: features.shape, logits: logits.shape } },
  );
}
