import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { createPass } from "../nn/pass.js";
import { hostRandom } from "../random.js";
import { worstDifference } from "../testing/worst-difference.js";
import { replaceHead } from "./config.js";
import { initWeights } from "./init-weights.js";
import type { Model } from "./model.js";
import { createModel } from "./registry.js";
import { runStages } from "./run-stages.js";

const tensors = (model: Model) =>
  Object.fromEntries(
    Object.entries(initWeights(model, { seed: 1 })).map(([name, { data, shape }]) => [
      name,
      tf.tensor(data, [...shape]),
    ]),
  );
const inference = () =>
  createPass({ training: false, random: hostRandom({ seed: 0 }), buffers: {} });

test("trunk and tail, one after the other, are the whole; the tail needs only its own weights", () => {
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    const model = createModel("squeezenet1_1", { numClasses: 4 });
    const params = tensors(model);
    const x = tf.randomUniform([1, 40, 36, 3], -1, 1, "float32", 3);
    const whole = runStages(model, params, x, inference());
    const middle = runStages(model, params, x, inference(), { to: "features.7" });
    const late = Object.entries(params).filter(([name]) => !/^features\.[0-7]\./.test(name));
    const tail = runStages(model, Object.fromEntries(late), middle, inference(), {
      from: "features.8",
    });
    expect(whole.shape).toEqual([1, 4]);
    expect(worstDifference(tail.dataSync(), whole.dataSync())).toBe(0);
  });
  expect(tf.memory().numTensors).toBe(before);
});

test("SqueezeNet without the final relu: averaging before the classifier gives the same numbers", () => {
  tf.tidy(() => {
    const published = createModel("squeezenet1_1", { numClasses: 4 });
    const params = tensors(published);
    // With a large bias no class map is negative, and the relu changes nothing.
    const positive = { ...params, "classifier.1.bias": tf.fill([4], 50) };
    const x = tf.randomUniform([1, 40, 36, 3], -1, 1, "float32", 3);
    const expected = runStages(published, positive, x, inference());
    const actual = runStages(replaceHead(published, 4), positive, x, inference());
    expect(worstDifference(actual.dataSync(), expected.dataSync())).toBeLessThan(1e-6);
  });
});

test("an error in the middle leaves no tensors behind in a tidy", () => {
  const model = createModel("resnet20_cifar10");
  const before = tf.memory().numTensors;
  expect(() =>
    tf.tidy(() => runStages(model, tensors(model), tf.zeros([1, 8, 8, 4]), inference())),
  ).toThrow(/takes 3 channels; the map has 4/);
  expect(tf.memory().numTensors).toBe(before);
});
