import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { createPass } from "../nn/pass.js";
import type { TensorMap } from "../program.js";
import { hostRandom, uniformValues } from "../random.js";
import { modelFromConfig, replaceHead } from "./config.js";
import { initWeights } from "./init-weights.js";
import type { Model } from "./model.js";
import { createModel } from "./registry.js";
import { runStages } from "./run-stages.js";

const sizes = { block: "basic", blocks: [1, 1, 1], widths: [4, 6, 8], numClasses: 3 } as const;
const plain = createModel("resnet", sizes);
const joined = createModel("resnet", { ...sizes, featureLayers: 3 });

function tensors(model: Model): TensorMap {
  const entries = Object.entries(initWeights(model, { seed: 1 }));
  return Object.fromEntries(
    entries.map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
  );
}

const pass = () => createPass({ training: false, random: hostRandom({ seed: 0 }), buffers: {} });
const picture = () =>
  tf.tensor4d(
    uniformValues({ seed: 1, step: 0, micro: 0, site: "x" }, 2 * 64 * 64 * 3),
    [2, 64, 64, 3],
  );

test("features of several layers are each layer's mean, the last first", () => {
  tf.tidy(() => {
    const [params, x] = [tensors(plain), picture()];
    const layers = ["layer3", "layer2", "layer1"].map((to) =>
      tf.mean(runStages(plain, params, x, pass(), { to }), [1, 2]),
    );
    const features = runStages(joined, tensors(joined), x, pass(), { to: "pool" });
    expect(features.shape).toEqual([2, 18]);
    const difference = tf.max(tf.abs(tf.sub(features, tf.concat(layers, 1))));
    expect(difference.dataSync()[0]).toBeLessThan(1e-6);
  });
});

test("the layers are counted in the config, for a new head too", () => {
  expect(joined.numFeatures).toBe(18);
  expect(joined.trunk).toEqual({ stage: "layer3", channels: 18 });
  expect(modelFromConfig(joined.config).specs).toEqual(joined.specs);
  expect(replaceHead(joined, 5).specs["fc.weight"]?.shape).toEqual([5, 18]);
});

test("more layers than there are is refused", () => {
  expect(() => createModel("resnet", { ...sizes, featureLayers: 4 })).toThrow(
    "it has 3 layers and not 4 for its features",
  );
});
