import * as tf from "@tensorflow/tfjs-core";
import { checkLogits } from "./shapes.js";
import { weightedMean } from "./weighted-mean.js";

export type EntropyOptions = {
  /** Scores of samples without labels (B, C). */
  readonly logits: tf.Tensor2D;
  /** Weight of each sample (B); 0 takes it out. Default: all 1. */
  readonly sampleWeight?: tf.Tensor;
};

/**
 * The mean entropy of the softmax, -sum p log p in nats, which pulls the decision away from where samples
 * lie (Grandvalet and Bengio 2004, "Semi-supervised learning by entropy minimization").
 * Throws `shape-mismatch`.
 */
export function entropyLoss({ logits, sampleWeight }: EntropyOptions): tf.Scalar {
  checkLogits(logits, "The entropy");
  return weightedMean(entropyPerSample(logits), sampleWeight);
}

/** -sum p log p of the softmax of each row (B). */
export function entropyPerSample(logits: tf.Tensor2D): tf.Tensor1D {
  const logs = tf.logSoftmax(logits);
  return tf.neg(tf.sum<tf.Tensor1D>(tf.mul(tf.exp(logs), logs), -1));
}
