import { GraftError } from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";
import { checkPair } from "./shapes.js";
import { stopGradient } from "./stop-gradient.js";

export type ConsistencyOptions = {
  /** The student's scores (B, C). */
  readonly logits: tf.Tensor2D;
  /** The teacher's scores of the same samples (B, C); no gradient flows into them. */
  readonly teacherLogits: tf.Tensor2D;
  /** Samples of which the teacher is less sure than this count nothing. Default 0: all count. */
  readonly threshold?: number;
};

/**
 * The mean squared difference between the probabilities of student and teacher (Tarvainen and Valpola
 * 2017, arXiv 1703.01780, section 2), over the samples that the teacher is sure of; the others are zeros
 * in the mean (the confidence threshold of French et al. 2018, arXiv 1706.05208). Throws `shape-mismatch` and `config-invalid`.
 */
export function consistencyLoss(options: ConsistencyOptions): tf.Scalar {
  const { logits, teacherLogits, threshold = 0 } = options;
  checkPair({ source: logits, target: teacherLogits }, "The consistency loss");
  if (!(threshold >= 0 && threshold < 1)) {
    throw new GraftError(
      "config-invalid",
      `The teacher's threshold is ${threshold}; it is a probability, 0 or more and below 1.`,
      { details: { threshold } },
    );
  }
  const teacher = tf.softmax(stopGradient(teacherLogits));
  const squares = tf.squaredDifference(tf.softmax(logits), teacher);
  const losses = tf.mean<tf.Tensor1D>(squares, 1);
  if (threshold === 0) return tf.mean(losses);
  const sure = tf.cast(tf.greater(tf.max(teacher, 1), threshold), "float32");
  return tf.mean(tf.mul(losses, sure));
}
