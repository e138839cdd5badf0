import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { createPass } from "../nn/pass.js";
import { hostRandom } from "../random.js";
import { worstDifference } from "../testing/worst-difference.js";
import { modelFromConfig, replaceHead, withInputChannels, withoutTop } from "./config.js";
import { initWeights } from "./init-weights.js";
import type { Model } from "./model.js";
import { architectureNames, createModel } from "./registry.js";
import { runStages } from "./run-stages.js";
import type { Pooling } from "./surgery.js";

const tiny = createModel("vgg", { blocks: [1, 1], widths: [4, 6], hiddenWidth: 8, numClasses: 3 });

function run(model: Model, input: tf.Tensor, to?: string): tf.Tensor {
  const weights = initWeights(model, { seed: 1 });
  const params = Object.fromEntries(
    Object.entries(weights).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
  );
  const pass = createPass({ training: false, random: hostRandom({ seed: 0 }), buffers: {} });
  return runStages(model, params, input, pass, to === undefined ? {} : { to });
}

const picture = (height: number, width: number, channels = 3): tf.Tensor =>
  tf.randomUniform([2, height, width, channels], -1, 1, "float32", 5);

test("without its top a model gives its maps, pooled or flattened in either order", () => {
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    const x = picture(28, 28);
    const of = (pooling: Pooling) => run(withoutTop(tiny, { pooling }), x);
    const maps = run(withoutTop(tiny), x) as tf.Tensor4D;
    expect(maps.shape).toEqual([2, 7, 7, 6]);
    const same = (actual: tf.Tensor, expected: tf.Tensor) => {
      expect(actual.shape).toEqual(expected.shape);
      expect(worstDifference(actual.dataSync(), expected.dataSync())).toBeLessThan(1e-6);
    };
    same(of("none"), maps);
    same(of("avg"), tf.mean(maps, [1, 2]));
    same(of("max"), tf.max(maps, [1, 2]));
    same(of("flatten-nhwc"), tf.reshape(maps, [2, 294]));
    same(of("flatten-nchw"), tf.reshape(tf.transpose(maps, [0, 3, 1, 2]), [2, 294]));
    // The whole model flattens what its first linear layer takes: torchvision's order, or Keras's.
    same(run(tiny, x, "flatten"), of("flatten-nchw"));
    const keras = modelFromConfig({ ...tiny.config, flatten: "nhwc" });
    same(run(keras, x, "flatten"), of("flatten-nhwc"));
  });
  expect(tf.memory().numTensors).toBe(before);
});

test("VGG-16 without its top: 7 x 7 x 512 maps of a picture of 224, the convolutions' weights alone", () => {
  const model = createModel("vgg16", { includeTop: false });
  expect(Object.keys(model.specs)).toHaveLength(26);
  expect(Object.keys(model.specs).every((name) => name.startsWith("features."))).toBe(true);
  expect(model.stages.at(-1)?.name).toBe("block5");
  expect([model.numClasses, model.numFeatures]).toEqual([0, 512]);
  // Five halvings, and no convolution that shrinks the map.
  tf.tidy(() => {
    const narrow = createModel("vgg16", {
      includeTop: false,
      pooling: "flatten-nhwc",
      widths: [1, 1, 1, 1, 512],
    });
    expect(run(narrow, tf.zeros([1, 224, 224, 3])).shape).toEqual([1, 25_088]);
  });
});

test("a head on a model without its top is one linear layer on pooled features", () => {
  tf.tidy(() => {
    const grafted = replaceHead(withoutTop(tiny), 5);
    expect(grafted.config).toMatchObject({ feature_pooling: "avg", num_classes: 5 });
    expect(grafted.specs["head.weight"]?.shape).toEqual([5, 6]);
    expect(run(grafted, picture(9, 12)).shape).toEqual([2, 5]);
    expect(run(replaceHead(grafted, 2), picture(9, 12)).shape).toEqual([2, 2]);
    const largest = replaceHead(withoutTop(tiny, { pooling: "max" }), 5);
    expect(largest.config.feature_pooling).toBe("max");
    const small = createModel("resnet18", { includeTop: false, numClasses: 4 });
    expect(small.stages.slice(-2).map((stage) => stage.name)).toEqual(["pool", "head"]);
  });
  expect(() =>
    createModel("resnet18", { includeTop: false, pooling: "flatten-nchw", numClasses: 4 }),
  ).toThrow(/needs the pooling "avg" or "max", not "flatten-nchw"/);
});

test("other input channels change the first filter alone", () => {
  tf.tidy(() => {
    const grey = withInputChannels(tiny, 1);
    expect(grey.specs["features.0.weight"]?.shape).toEqual([4, 1, 3, 3]);
    expect(run(grey, picture(8, 8, 1)).shape).toEqual([2, 3]);
    expect(withInputChannels(grey, 3).specs).toEqual(tiny.specs);
    expect(() => run(grey, picture(8, 8))).toThrow(/takes 1 channels; the map has 3/);
  });
});

const sizes = { blocks: [1, 1], widths: [4, 6] };
const sized = (name: string) =>
  name === "resnet"
    ? { ...sizes, block: "basic" as const }
    : name === "resnet_cifar"
      ? { blocks: 1 }
      : name === "vgg"
        ? sizes
        : {};

test.each(architectureNames)("%s after surgery is built again from its config", (name) => {
  const whole = createModel(name, sized(name));
  const cut = withInputChannels(withoutTop(whole, { pooling: "max" }), 2);
  for (const model of [cut, withoutTop(whole), replaceHead(cut, 7)]) {
    const again = modelFromConfig(JSON.parse(JSON.stringify(model.config)));
    expect(again.config).toEqual(model.config);
    expect(again.specs).toEqual(model.specs);
    expect(again.stages.map((stage) => stage.name)).toEqual(
      model.stages.map((stage) => stage.name),
    );
  }
  const kept = Object.keys(withoutTop(whole).specs);
  expect(Object.keys(whole.specs).slice(0, kept.length)).toEqual(kept);
});
