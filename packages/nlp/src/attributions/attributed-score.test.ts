import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { type AttributedScore, attributedScores } from "./attributed-score.js";

const logits = [0.5, -2, 3];

test.each<[AttributedScore, number]>([
  ["softmax", Math.exp(3) / (Math.exp(0.5) + Math.exp(-2) + Math.exp(3))],
  ["sigmoid", 1 / (1 + Math.exp(-3))],
  ["logit", 3],
])("%s is the same of a tensor and of a row", (name, expected) => {
  const { ofRow, ofTensor } = attributedScores[name];
  expect(ofRow(logits, 2)).toBeCloseTo(expected, 12);
  const scores = tf.tidy(() => ofTensor(tf.tensor2d([[0, 0, 0], logits])).dataSync());
  for (const at of [0, 1, 2]) expect(scores[3 + at]).toBeCloseTo(ofRow(logits, at), 6);
});
