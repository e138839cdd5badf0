import * as tf from "@tensorflow/tfjs-core";
import { weightedMean } from "./weighted-mean.js";

export type MseOptions = {
  /** (B, ...) */
  predictions: tf.Tensor;
  /** As `predictions`. */
  targets: tf.Tensor;
  /** Weight of each sample (B); 0 takes it out. Default: all 1. */
  sampleWeight?: tf.Tensor;
};

/** Mean squared error over all values. */
export function mse({ predictions, targets, sampleWeight }: MseOptions): tf.Scalar {
  const squares = tf.squaredDifference(predictions, targets);
  const rows = tf.reshape(squares, [predictions.shape[0] ?? 1, -1]);
  return weightedMean(tf.mean<tf.Tensor1D>(rows, -1), sampleWeight);
}
