import * as tf from "@tensorflow/tfjs-core";
import { entropyPerSample } from "./entropy.js";
import { checkLogits, checkPositive } from "./shapes.js";
import { stopGradient } from "./stop-gradient.js";

export type ClassConfusionOptions = {
  /** Scores of the target's samples (B, C). */
  readonly logits: tf.Tensor2D;
  /** Softens the probabilities before they are compared. Default 2.5. */
  readonly temperature?: number;
};

/**
 * Minimum class confusion (Jin et al. 2020, arXiv 1912.03699, eqs. 2 to 8): how often samples are told to
 * be of two classes at once, each class's share scaled to 1, 0 to 1. Samples that are surer count more;
 * these weights carry no gradient. Throws `shape-mismatch` and `config-invalid`.
 */
export function classConfusion({ logits, temperature = 2.5 }: ClassConfusionOptions): tf.Scalar {
  checkLogits(logits, "Class confusion");
  checkPositive(temperature, "The temperature of class confusion");
  const [samples, classes] = logits.shape;
  const softened = tf.div<tf.Tensor2D>(logits, temperature);
  const probabilities = tf.softmax(softened);
  const certainty = tf.add(tf.exp(tf.neg(stopGradient(entropyPerSample(softened)))), 1);
  const weights = tf.mul(tf.div(certainty, tf.sum(certainty)), samples);
  const weighted = tf.mul<tf.Tensor2D>(probabilities, tf.reshape(weights, [-1, 1]));
  const confusion = tf.matMul(weighted, probabilities, true);
  const scaled = tf.div(confusion, tf.sum(confusion, 1, true));
  const others = tf.sub(1, tf.eye(classes));
  return tf.div<tf.Scalar>(tf.sum(tf.mul(scaled, others)), classes);
}
