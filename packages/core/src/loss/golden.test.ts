import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { registerGradients } from "../gradients.js";
import { formulaValues } from "../testing/formula.js";
import { readGolden } from "../testing/golden.js";
import { checkGradients } from "../testing/gradients.js";
import { worstDifference } from "../testing/worst-difference.js";
import { binaryCrossEntropy, focalLoss } from "./binary-cross-entropy.js";
import { cosineSimilarity, cosineSimilarityLoss } from "./cosine-similarity.js";
import { crossEntropy } from "./cross-entropy.js";
import { distillation } from "./distillation.js";
import { huber, smoothL1 } from "./huber.js";
import { mse } from "./mse.js";

type Options = {
  labelSmoothing?: number;
  classWeight?: boolean;
  sampleWeight?: boolean;
  mask?: number[];
  temperature?: number;
  positive?: boolean;
  label?: boolean;
  gamma?: number;
  alpha?: number;
  size?: number;
};
type Case = { name: string; loss: string; options: Options; value: number; gradient: number[] };

const golden = readGolden<{
  labels: number[];
  soft: number[];
  sampleWeight: number[];
  cases: Case[];
}>(import.meta.url, "golden/loss.json");
const B = golden.labels.length;
const C = 4;

const matrix = (name: string, low = -1, high = 1): tf.Tensor2D =>
  tf.tensor2d(formulaValues(name, B * C, low, high), [B, C]);

const perClass = (name: string, low: number, high: number): tf.Tensor1D =>
  tf.tensor1d(formulaValues(name, C, low, high));

type Weights = { sampleWeight?: tf.Tensor };
type LossOf = (logits: tf.Tensor2D, options: Options, weights: Weights) => tf.Scalar;

const otherLosses: Readonly<Record<string, LossOf>> = {
  mse: (predictions, _, weights) => mse({ predictions, targets: matrix("targets"), ...weights }),
  huber: (predictions, { size = 1 }, weights) =>
    huber({ predictions, targets: matrix("targets"), delta: size, ...weights }),
  smoothL1: (predictions, { size = 1 }, weights) =>
    smoothL1({ predictions, targets: matrix("targets"), beta: size, ...weights }),
  distillation: (logits, { temperature = 4 }) =>
    distillation({ logits, teacherLogits: matrix("teacher", -3, 3), temperature }),
  cosine: (a, _, weights) =>
    cosineSimilarityLoss({
      a,
      b: matrix("other"),
      targets: tf.tensor1d([1, 0, 1, 0, 1]),
      ...weights,
    }),
  binary: (logits, { positive, label }, weights) =>
    binaryCrossEntropy({
      logits,
      targets: matrix("chance", 0, 1),
      ...(positive ? { positiveWeight: perClass("positiveWeight", 0.5, 4) } : {}),
      ...(label ? { labelWeight: perClass("classWeight", 0.5, 2) } : {}),
      ...weights,
    }),
  focal: (logits, { gamma = 2, alpha = 0.25 }, weights) =>
    focalLoss({ logits, targets: tf.less(matrix("hard", 0, 1), 0.4), gamma, alpha, ...weights }),
};

function lossOf({ loss, options }: Case, logits: tf.Tensor2D): tf.Scalar {
  const { labelSmoothing = 0, mask } = options;
  const weights = mask ?? (options.sampleWeight ? golden.sampleWeight : undefined);
  const sampleWeight = weights ? { sampleWeight: tf.tensor1d(weights) } : {};
  const other = otherLosses[loss];
  if (other) return other(logits, options, sampleWeight);
  const classes = options.classWeight ? { classWeight: perClass("classWeight", 0.5, 2) } : {};
  const labels =
    loss === "soft" ? tf.tensor2d(golden.soft, [B, C]) : tf.tensor1d(golden.labels, "int32");
  return crossEntropy({ logits, labels, labelSmoothing, ...classes, ...sampleWeight });
}

registerGradients();

describe("losses against PyTorch", () => {
  test.each(golden.cases.map((each): [string, Case] => [each.name, each]))("%s", (_, each) => {
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const run = tf.valueAndGrad((x: tf.Tensor) => lossOf(each, x as tf.Tensor2D));
      const { value, grad } = run(matrix("logits", -2, 2));
      expect(Math.abs(value.dataSync()[0]! - each.value)).toBeLessThan(2e-6);
      expect(worstDifference(grad.dataSync(), each.gradient)).toBeLessThan(1e-6);
    });
    expect(tf.memory().numTensors).toBe(before);
  });
});

test("labels that fit neither form are told with both shapes", () => {
  const logits = matrix("logits");
  expect(() => crossEntropy({ logits, labels: tf.zeros([B, C + 1]) })).toThrow(
    /Logits of \[5,4\] need labels of \[5\].*not \[5,5\]/,
  );
});

test("cosine similarity: both gradients by finite differences, and rows without a direction", () => {
  tf.tidy(() => {
    const pair = [matrix("one"), matrix("other")];
    const { worst } = checkGradients((a, b) => cosineSimilarity({ a: a!, b: b! }), pair);
    expect(worst).toBeLessThan(2e-3);
    const [a, b] = [
      tf.tensor2d([3, 4, 0, 0, 1, 0], [3, 2]),
      tf.tensor2d([6, 8, 1, 1, 0, 2], [3, 2]),
    ];
    const alike = cosineSimilarity({ a, b }).dataSync();
    expect(worstDifference(alike, [1, 0, 0])).toBeLessThan(1e-6);
    const slope = tf
      .grad((x) => cosineSimilarity({ a: x, b }))(a)
      .dataSync();
    expect([...slope].every(Number.isFinite)).toBe(true);
  });
});

test("losses of scores far from 0 and of exact predictions are finite, and so are their gradients", () => {
  tf.tidy(() => {
    const targets = tf.tensor2d([1, 0, 1, 0], [1, 4]);
    for (const loss of [binaryCrossEntropy, focalLoss, focalLow]) {
      const run = tf.valueAndGrad((x: tf.Tensor) => loss({ logits: x as tf.Tensor2D, targets }));
      const { value, grad } = run(tf.tensor2d([100, -100, -100, 100], [1, 4]));
      expect(Number.isFinite(value.dataSync()[0])).toBe(true);
      expect([...grad.dataSync()].every(Number.isFinite)).toBe(true);
    }
    const run = tf.valueAndGrad((x: tf.Tensor) => huber({ predictions: x, targets }));
    expect([...run(targets).grad.dataSync()]).toEqual([0, 0, 0, 0]);
  });
});

const focalLow = (options: { logits: tf.Tensor2D; targets: tf.Tensor }) =>
  focalLoss({ ...options, gamma: 0.5 });
