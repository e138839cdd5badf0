import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { relu } from "./activation.js";
import { batchNormTrain, registerKernels, reluGrad } from "./kernels.js";

test("layers work before anything is registered, and relu keeps only its output", () => {
  expect(tf.getGradient("Relu")).toBeUndefined();
  const dx = tf.tidy(() => [
    ...tf
      .grad((x) => relu(x))(tf.tensor1d([-1, 0, 2]))
      .dataSync(),
  ]);
  expect(dx).toEqual([0, 0, 1]);
  expect(tf.getGradient("Relu")).toBeUndefined();
});

test("fused kernels are registered once, and leave nothing behind", () => {
  registerKernels("cpu");
  const kernel = tf.getKernel("ReluGrad", "cpu");
  registerKernels("cpu");
  expect(tf.getKernel("ReluGrad", "cpu")).toBe(kernel);
  const before = tf.memory().numTensors;
  const [x, ones, zeros] = [tf.tensor2d([[1], [3]]), tf.ones([1]), tf.zeros([1])];
  const outputs = batchNormTrain(x, ones, zeros, 0);
  const dx = reluGrad(x, x);
  expect(outputs.map((output) => [...output.dataSync()])).toEqual([[-1, 1], [2], [1]]);
  expect(tf.memory().numTensors).toBe(before + 3 + 3 + 1);
  tf.dispose([x, ones, zeros, ...outputs, dx]);
  expect(tf.memory().numTensors).toBe(before);
});
