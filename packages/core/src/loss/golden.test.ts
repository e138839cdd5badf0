import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { registerGradients } from "../gradients.js";
import { formulaValues } from "../testing/formula.js";
import { readGolden, worstDifference } from "../testing/golden.js";
import { crossEntropy } from "./cross-entropy.js";
import { distillation } from "./distillation.js";
import { mse } from "./mse.js";

type Options = {
  labelSmoothing?: number;
  classWeight?: boolean;
  sampleWeight?: boolean;
  mask?: number[];
  temperature?: number;
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

function lossOf({ loss, options }: Case, logits: tf.Tensor2D): tf.Scalar {
  const { labelSmoothing = 0, temperature = 4, mask } = options;
  const weights = mask ?? (options.sampleWeight ? golden.sampleWeight : undefined);
  const sampleWeight = weights ? { sampleWeight: tf.tensor1d(weights) } : {};
  if (loss === "mse")
    return mse({ predictions: logits, targets: matrix("targets"), ...sampleWeight });
  if (loss === "distillation") {
    return distillation({ logits, teacherLogits: matrix("teacher", -3, 3), temperature });
  }
  const classes = options.classWeight
    ? { classWeight: tf.tensor1d(formulaValues("classWeight", C, 0.5, 2)) }
    : {};
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
