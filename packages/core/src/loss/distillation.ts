import * as tf from "@tensorflow/tfjs-core";
import { weightedMean } from "./weighted-mean.js";

export type DistillationOptions = {
  /** The student's scores (B, C). */
  logits: tf.Tensor2D;
  /** The teacher's scores (B, C); no gradient flows into them when they are data. */
  teacherLogits: tf.Tensor2D;
  /** Softens both distributions. Default 4. */
  temperature?: number;
  /** Weight of each sample (B); 0 takes it out. Default: all 1. */
  sampleWeight?: tf.Tensor;
};

/**
 * T^2 KL(teacher || student) at temperature T, the mean over the batch (Hinton et al. 2015, arXiv
 * 1503.02531, section 2). T^2 keeps the gradient's size when T changes.
 */
export function distillation(options: DistillationOptions): tf.Scalar {
  const { logits, teacherLogits, temperature = 4, sampleWeight } = options;
  const student = tf.logSoftmax(tf.div(logits, temperature));
  const teacher = tf.logSoftmax(tf.div(teacherLogits, temperature));
  const divergence = tf.sum<tf.Tensor1D>(tf.mul(tf.exp(teacher), tf.sub(teacher, student)), -1);
  return tf.mul(weightedMean(divergence, sampleWeight), temperature ** 2);
}
