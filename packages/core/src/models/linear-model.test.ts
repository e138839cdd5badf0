import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { createPass } from "../nn/pass.js";
import { hostRandom } from "../random.js";
import { initWeights } from "./init-weights.js";
import { linearModel } from "./linear-model.js";
import { runStages } from "./run-stages.js";

test("features through one layer, after a stage that leaves them alone", () => {
  const model = linearModel({ numFeatures: 2, numClasses: 3 });
  expect(Object.keys(initWeights(model, { seed: 0 }))).toEqual([
    "classifier.weight",
    "classifier.bias",
  ]);
  tf.tidy(() => {
    const params = {
      "classifier.weight": tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]),
      "classifier.bias": tf.tensor1d([0.5, 0, -1]),
    };
    const x = tf.tensor2d([[1, 10]]);
    const pass = createPass({ training: false, random: hostRandom({ seed: 0 }), buffers: {} });
    expect([...runStages(model, params, x, pass).dataSync()]).toEqual([21.5, 43, 64]);
    const untouched = runStages(model, params, x, pass, { to: model.trunk.stage });
    expect([...untouched.dataSync()]).toEqual([1, 10]);
  });
});
