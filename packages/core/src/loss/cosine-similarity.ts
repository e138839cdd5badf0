import * as tf from "@tensorflow/tfjs-core";
import { mse } from "./mse.js";

/** A shorter row points nowhere: it is like none (0), and its gradient is finite. */
const SHORTEST = 1e-8;

export type CosineOptions = {
  /** (B, D) */
  a: tf.Tensor;
  /** (B, D) */
  b: tf.Tensor;
};

/** Cosine of the angle between each row of `a` and that of `b`: (B), -1 to 1. */
export function cosineSimilarity({ a, b }: CosineOptions): tf.Tensor1D {
  return tf.div(tf.sum(tf.mul(a, b), -1), tf.mul(lengthOf(a), lengthOf(b)));
}

// The maximum stands inside the root, which has no slope at 0.
const lengthOf = (x: tf.Tensor): tf.Tensor =>
  tf.sqrt(tf.maximum(tf.sum(tf.square(x), -1), SHORTEST ** 2));

export type CosineLossOptions = CosineOptions & {
  /** The likeness to learn (B): 1 for rows that belong together, 0 for others. */
  targets: tf.Tensor;
  /** Weight of each pair (B); 0 takes it out. Default: all 1. */
  sampleWeight?: tf.Tensor;
};

/** Mean squared error of the cosine similarity, which trains embeddings (arXiv 1908.10084, section 3). */
export function cosineSimilarityLoss({
  a,
  b,
  targets,
  sampleWeight,
}: CosineLossOptions): tf.Scalar {
  const predictions = cosineSimilarity({ a, b });
  return mse({ predictions, targets, ...(sampleWeight ? { sampleWeight } : {}) });
}
