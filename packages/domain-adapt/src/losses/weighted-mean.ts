import * as tf from "@tensorflow/tfjs-core";

/** Mean of one loss a sample (B); with weights (B), sum(w loss) / sum(w). */
export function weightedMean(losses: tf.Tensor, sampleWeight?: tf.Tensor): tf.Scalar {
  if (!sampleWeight) return tf.mean<tf.Scalar>(losses);
  const weights = tf.cast(sampleWeight, "float32");
  return tf.div<tf.Scalar>(tf.sum(tf.mul(losses, weights)), tf.sum(weights));
}
