import * as tf from "@tensorflow/tfjs-core";
import type { MseOptions } from "./mse.js";
import { weightedMean } from "./weighted-mean.js";

/**
 * Half the square of errors up to `delta` (default 1), and a straight line of slope `delta` from there, so
 * that a wrong target pulls no harder than another (Huber 1964): the mean over all values.
 */
export function huber(options: MseOptions & { delta?: number }): tf.Scalar {
  const { predictions, targets, sampleWeight, delta = 1 } = options;
  const errors = tf.abs(tf.sub(predictions, targets));
  const small = tf.minimum(errors, delta);
  const losses = tf.add(tf.mul(tf.square(small), 0.5), tf.mul(tf.sub(errors, small), delta));
  const rows = tf.reshape(losses, [predictions.shape[0] ?? 1, -1]);
  return weightedMean(tf.mean<tf.Tensor1D>(rows, -1), sampleWeight);
}

/** `huber` over `beta` (default 1), whose line has slope 1, as PyTorch's `smooth_l1_loss`. */
export function smoothL1(options: MseOptions & { beta?: number }): tf.Scalar {
  const { beta = 1, ...rest } = options;
  return tf.div<tf.Scalar>(huber({ ...rest, delta: beta }), beta);
}
