import * as tf from "@tensorflow/tfjs-core";
import { GraftError } from "../errors.js";
import { weightedMean } from "./weighted-mean.js";

export type CrossEntropyOptions = {
  /** Unnormalised scores (B, C). */
  logits: tf.Tensor2D;
  /** Class numbers (B), int32; or probabilities (B, C), float32. */
  labels: tf.Tensor;
  /** Weight of each sample (B); 0 takes it out. Default: all 1. */
  sampleWeight?: tf.Tensor;
  /** Weight of each class (C). Default: all 1. */
  classWeight?: tf.Tensor1D;
  /** Share of the target spread evenly over the classes (arXiv 1512.00567), 0 to 1. Default 0. */
  labelSmoothing?: number;
};

/**
 * Cross-entropy with softmax, as PyTorch's with reduction "mean": class numbers with class weights are
 * divided by the sum of the weights drawn, probabilities by the number of samples.
 * Throws `shape-mismatch` when the labels fit neither form.
 */
export function crossEntropy(options: CrossEntropyOptions): tf.Scalar {
  const { labels, sampleWeight, classWeight } = options;
  const losses = crossEntropyPerSample(options);
  if (labels.rank === 2 || !classWeight) return weightedMean(losses, sampleWeight);
  const drawn = tf.sum<tf.Tensor1D>(tf.mul(targetsOf(options), classWeight), -1);
  const weights = sampleWeight ? tf.mul(drawn, tf.cast(sampleWeight, "float32")) : drawn;
  const counted = sampleWeight ? tf.mul(losses, tf.cast(sampleWeight, "float32")) : losses;
  return tf.div<tf.Scalar>(tf.sum(counted), tf.sum(weights));
}

/** The loss of each sample (B), class weights in, sample weights not. */
export function crossEntropyPerSample(options: CrossEntropyOptions): tf.Tensor1D {
  const { logits, classWeight, labelSmoothing = 0 } = options;
  const classes = logits.shape[1];
  const hard = targetsOf(options);
  const targets =
    labelSmoothing === 0
      ? hard
      : tf.add(tf.mul(hard, 1 - labelSmoothing), labelSmoothing / classes);
  const weighted = classWeight ? tf.mul(targets, classWeight) : targets;
  return tf.neg(tf.sum<tf.Tensor1D>(tf.mul(weighted, tf.logSoftmax(logits)), -1));
}

/** The targets as probabilities (B, C), before smoothing. */
function targetsOf({ logits, labels }: CrossEntropyOptions): tf.Tensor2D {
  const [batch, classes] = logits.shape;
  const fits =
    labels.shape[0] === batch &&
    (labels.rank === 1 || (labels.rank === 2 && labels.shape[1] === classes));
  if (!fits) {
    throw new GraftError(
      "shape-mismatch",
      `Logits of [${logits.shape}] need labels of [${batch}] (class numbers) or [${logits.shape}] (probabilities), not [${labels.shape}].`,
      { details: { logits: logits.shape, labels: labels.shape } },
    );
  }
  if (labels.rank === 2) return tf.cast(labels as tf.Tensor2D, "float32");
  return tf.oneHot(
    tf.cast(labels as tf.Tensor1D, "int32"),
    classes,
    1,
    0,
    "float32",
  ) as tf.Tensor2D;
}
