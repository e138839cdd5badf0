import * as tf from "@tensorflow/tfjs-core";

/**
 * Mean of one loss per sample [B]. With sample weights [B], sum(w loss) / sum(w): a sample of weight 0
 * (padding) counts for nothing.
 */
export function weightedMean(losses: tf.Tensor1D, sampleWeight?: tf.Tensor): tf.Scalar {
  if (!sampleWeight) return tf.mean<tf.Scalar>(losses);
  const weights = tf.cast(sampleWeight, "float32");
  return tf.div<tf.Scalar>(tf.sum(tf.mul(losses, weights)), tf.sum(weights));
}
