import * as tf from "@tensorflow/tfjs-core";
import { logSoftmax } from "../network/log-softmax.js";

/** What of a class is explained: its probability among all, its own alone, or what stands before both. */
export type AttributedScore = "softmax" | "sigmoid" | "logit";

type Score = {
  /** Logits (B, C) to scores (B, C). */
  ofTensor(logits: tf.Tensor): tf.Tensor;
  /** The score of one class, in double precision. */
  ofRow(logits: ArrayLike<number>, index: number): number;
};

export const attributedScores: Readonly<Record<AttributedScore, Score>> = {
  softmax: {
    ofTensor: (logits) => tf.softmax(logits),
    ofRow: (logits, index) => Math.exp(logSoftmax(logits)[index]!),
  },
  sigmoid: {
    ofTensor: (logits) => tf.sigmoid(logits),
    ofRow: (logits, index) => 1 / (1 + Math.exp(-logits[index]!)),
  },
  logit: {
    ofTensor: (logits) => logits,
    ofRow: (logits, index) => logits[index]!,
  },
};
