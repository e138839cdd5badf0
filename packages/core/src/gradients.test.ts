import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { differentiableKernels, registerGradients } from "./gradients.js";
import { type GradientCase, gradientCases, makeInputs } from "./testing/gradient-cases.js";
import { checkGradients } from "./testing/gradients.js";

registerGradients();

const named = gradientCases.map((each): [string, GradientCase] => [each.name, each]);

test.each(named)("%s: the rule agrees with finite differences", (_, each) => {
  const before = tf.memory().numTensors;
  const inputs = makeInputs(each);
  const check = checkGradients(each.f, inputs);
  expect(check.worst, JSON.stringify(check)).toBeLessThan(3e-3);
  tf.dispose(inputs);
  expect(tf.memory().numTensors).toBe(before);
});

test("every rule has a case", () => {
  const covered = new Set(gradientCases.flatMap(({ kernels }) => kernels));
  expect(differentiableKernels.filter((kernel) => !covered.has(kernel))).toEqual([]);
});

test("registering twice changes nothing", () => {
  const before = tf.getGradient("Conv2D");
  registerGradients();
  expect(tf.getGradient("Conv2D")).toBe(before);
});

test("a backward strided slice says what to use instead", () => {
  const x = tf.tensor1d([1, 2, 3]);
  expect(() => tf.grad((v) => tf.stridedSlice(v, [2], [0], [-1]))(x)).toThrow(/tf\.reverse/);
});
