import "@tensorflow/tfjs-backend-cpu";
import {
  createModel,
  featureProgram,
  hostRandom,
  initWeights,
  registerGradients,
  taskProgram,
} from "@graft-ml/core";
import { leakedTensors } from "@graft-ml/core/testing";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { preprocessStyle } from "../picture/preprocess-config.js";
import { noisePicture } from "../testing.js";
import { pictureTask } from "./picture-task.js";

const model = createModel("resnet_cifar", { blocks: 1, widths: [4, 6, 8], numClasses: 3 });
const preprocess = preprocessStyle("torch", { size: [8, 8] });
const task = pictureTask({ preprocess });
const random = hostRandom({ seed: 0 });

function inputs() {
  const params = Object.fromEntries(
    Object.entries(initWeights(model, { seed: 1 })).map(([name, { data, shape }]) => [
      name,
      tf.tensor(data, [...shape]),
    ]),
  );
  const image = tf.tensor(noisePicture(1, { width: 8, height: 16 }).data, [2, 8, 8, 3], "int32");
  return { params, image };
}

test("pictures to logits equals pictures to features to logits", async () => {
  const leaked = await leakedTensors(() =>
    tf.tidy(() => {
      const { params, image } = inputs();
      const whole = taskProgram({ model, task });
      const first = featureProgram({ model, task, to: "layer2" });
      const rest = taskProgram({ model, task, from: "layer3" });
      const run = (program: typeof whole, batch: Record<string, tf.Tensor>) =>
        program.run({ params, buffers: {}, batch, random, training: false }).outputs!;
      const features = run(first, { image }).features!;
      expect(features.shape).toEqual([2, 4, 4, 6]);
      const logits = run(whole, { image }).logits!;
      expect(logits.shape).toEqual([2, 3]);
      expect([...run(rest, { features }).logits!.dataSync()]).toEqual([...logits.dataSync()]);
      const pooled = featureProgram({ model, task, to: "layer2", pooled: true });
      expect(run(pooled, { image }).features!.shape).toEqual([2, 6]);
    }),
  );
  expect(leaked).toBe(0);
});

test("loss and accuracy leave out samples of weight 0, and come only with labels", () => {
  registerGradients();
  tf.tidy(() => {
    const { params, image } = inputs();
    const program = taskProgram({
      model,
      task: pictureTask({ preprocess, loss: { labelSmoothing: 0.1 } }),
    });
    const run = (batch: Record<string, tf.Tensor>) =>
      program.run({ params, buffers: {}, batch, random, training: false });
    const { logits } = run({ image }).outputs!;
    const best = tf.argMax(logits!, 1).dataSync();
    const labels = tf.tensor1d([best[0]!, (best[1]! + 1) % 3], "int32");
    const both = run({ image, labels });
    const one = run({ image, labels, weight: tf.tensor1d([1, 0]) });
    expect(both.metrics!.accuracy!.dataSync()[0]).toBe(0.5);
    expect(one.metrics!.accuracy!.dataSync()[0]).toBe(1);
    expect(one.loss!.dataSync()[0]).toBeLessThan(both.loss!.dataSync()[0]!);
    expect(run({ image }).loss).toBeUndefined();
  });
});

test("key and config tell programs apart and are plain JSON", () => {
  const whole = taskProgram({ model, task });
  const tail = taskProgram({
    model,
    task: pictureTask({ preprocess, loss: { classWeight: [1, 2, 3] } }),
  });
  expect(JSON.stringify(whole.config)).not.toBe(JSON.stringify(tail.config));
  expect(JSON.parse(JSON.stringify(tail.config))).toEqual(tail.config);
});

test("a stage that is not there and a batch without its field are errors that say so", () => {
  expect(() => featureProgram({ model, task, to: "layer9" })).toThrow(/no stage "layer9"/);
  tf.tidy(() => {
    const { params, image } = inputs();
    const input = { params, buffers: {}, batch: { image }, random, training: false };
    expect(() => taskProgram({ model, task, from: "layer3" }).run(input)).toThrow(
      /no field "features"; it has image/,
    );
  });
});
