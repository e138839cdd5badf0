import * as tf from "@tensorflow/tfjs-core";
import { weightedMean } from "./weighted-mean.js";

export type BinaryOptions = {
  /** Unnormalised scores (B, L), one for each of L labels that may hold together. */
  logits: tf.Tensor2D;
  /** 0 or 1, or a probability: (B, L). */
  targets: tf.Tensor;
  /** Weight of each sample (B); 0 takes it out. Default: all 1. */
  sampleWeight?: tf.Tensor;
};

export type BinaryCrossEntropyOptions = BinaryOptions & {
  /** How much more a label counts where it holds (L): `positiveWeights`. Default: all 1. */
  positiveWeight?: tf.Tensor1D;
  /** Weight of each label (L). Default: all 1. */
  labelWeight?: tf.Tensor1D;
};

/**
 * Sigmoid and binary cross-entropy, the mean over labels and samples, as PyTorch's
 * `binary_cross_entropy_with_logits` with `pos_weight`.
 */
export function binaryCrossEntropy(options: BinaryCrossEntropyOptions): tf.Scalar {
  const { logits, positiveWeight, labelWeight, sampleWeight } = options;
  const targets = tf.cast(options.targets, "float32");
  const present = tf.mul(targets, tf.softplus(tf.neg(logits)));
  const absent = tf.mul(tf.sub(1, targets), tf.softplus(logits));
  const losses = tf.add(positiveWeight ? tf.mul(present, positiveWeight) : present, absent);
  const weighted = labelWeight ? tf.mul(losses, labelWeight) : losses;
  return weightedMean(tf.mean<tf.Tensor1D>(weighted, -1), sampleWeight);
}

export type FocalOptions = BinaryOptions & {
  /** How fast labels that are already right lose weight. Default 2. */
  gamma?: number;
  /** Weight of labels that hold, against 1 - alpha of those that don't; negative: no weights. Default 0.25. */
  alpha?: number;
};

/**
 * Focal loss (arXiv 1708.02002, eq. 5) of sigmoid scores, -alpha_t (1 - p_t)^gamma log p_t, the mean over
 * labels and samples, as torchvision's `sigmoid_focal_loss`.
 */
export function focalLoss(options: FocalOptions): tf.Scalar {
  const { logits, gamma = 2, alpha = 0.25, sampleWeight } = options;
  const targets = tf.cast(options.targets, "float32");
  const [toOne, toZero] = [tf.softplus(tf.neg(logits)), tf.softplus(logits)];
  // -log p is softplus(-x), and (1 - p)^gamma is exp(-gamma softplus(x)): nothing is lost at either end.
  const held = tf.mul(toOne, tf.exp(tf.mul(toZero, -gamma)));
  const missing = tf.mul(toZero, tf.exp(tf.mul(toOne, -gamma)));
  const [ofHeld, ofMissing] = alpha < 0 ? [1, 1] : [alpha, 1 - alpha];
  const losses = tf.add(
    tf.mul(tf.mul(targets, ofHeld), held),
    tf.mul(tf.mul(tf.sub(1, targets), ofMissing), missing),
  );
  return weightedMean(tf.mean<tf.Tensor1D>(losses, -1), sampleWeight);
}
