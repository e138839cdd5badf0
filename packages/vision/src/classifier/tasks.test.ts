import "@tensorflow/tfjs-backend-cpu";
import {
  arraySource,
  createEagerEngine,
  createModel,
  type Engine,
  fineTune,
  initWeights,
  measureTargets,
  multiLabelJudge,
  regressionJudge,
  type Task,
} from "@graft-ml/core";
import { leakedTensors } from "@graft-ml/core/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Picture } from "../picture/picture.js";
import { pictureBatch } from "../picture/preprocess.js";
import { preprocessStyle } from "../picture/preprocess-config.js";
import { noisePicture } from "../testing.js";
import { openPictureNetwork } from "./picture-network.js";
import { multiLabelTask, pictureTask, regressionTask } from "./picture-task.js";

const model = createModel("resnet_cifar", { blocks: 1, widths: [8, 12, 16], numClasses: 2 });
const weights = initWeights(model, { seed: 5 });
const preprocess = preprocessStyle("torch", { size: [8, 8] });

let engine: Engine;
beforeAll(async () => {
  engine = await createEagerEngine({ backend: "cpu" });
});
afterAll(() => engine.close());

/** Red and green each on or off, under noise. */
function tinted(i: number): Picture {
  const { data, ...size } = noisePicture(i, { width: 8, height: 8 });
  const on = [i % 2 === 1, i % 4 > 1, false];
  return { ...size, data: data.map((byte, at) => (on[at % 3] ? 190 : 30) + byte / 6) };
}
const numbers = Array.from({ length: 16 }, (_, i) => i);
const pictures = numbers.map(tinted);
const labels = numbers.map((i) => [i % 2, Math.floor(i / 2) % 2]);
const values = labels.map(([a, b]) => [500 + 50 * a!, b! - a!]);

const source = (targets: readonly (readonly number[])[]) =>
  arraySource({
    image: pictureBatch(pictures),
    targets: { dtype: "float32", shape: [16, 2], data: Float32Array.from(targets.flat()) },
  });

async function trained(task: Task, targets: readonly (readonly number[])[]) {
  const head = { epochs: 60, rate: 0.05, weightDecay: 0 };
  const options = { engine, model, weights, task, train: source(targets), head };
  const tuning = fineTune({ ...options, batchSize: 4 });
  for await (const _ of tuning);
  return openPictureNetwork({ engine, model, weights: tuning.result().weights, preprocess });
}

async function last<V>(judging: AsyncGenerator<unknown, V>): Promise<V> {
  for (;;) {
    const { done, value } = await judging.next();
    if (done) return value;
  }
}

test("labels that hold together are told from pictures, and nothing leaks", async () => {
  const leaked = await leakedTensors(async () => {
    const network = await trained(multiLabelTask({ preprocess }), labels);
    const rows = await network.outputs(pictures);
    expect(rows.map((row) => Array.from(row, (logit) => Number(logit > 0)))).toEqual(labels);
    const judge = multiLabelJudge();
    const { metrics, count } = await last(network.judge(source(labels), { judge, batchSize: 5 }));
    expect(metrics).toMatchObject({ meanAveragePrecision: 1, exactMatch: 1, macroF1: 1 });
    expect(count).toBe(16);
    await network.close();
  });
  expect(leaked).toBe(0);
});

test("numbers come out in their own unit", async () => {
  const scale = measureTargets(values);
  const network = await trained(regressionTask({ preprocess, ...scale }), values);
  const rows = await network.outputs(pictures);
  rows.forEach((row, i) => {
    expect(Math.abs(row[0]! - values[i]![0]!)).toBeLessThan(20);
    expect(Math.abs(row[1]! - values[i]![1]!)).toBeLessThan(0.6);
  });
  const judge = regressionJudge(scale);
  const { metrics } = await last(network.judge(source(values), { judge }));
  expect(metrics.r2).toBeGreaterThan(0.9);
  await network.close();
});

test("what a task closes over is in its config", () => {
  const scale = { mean: [0], std: [1] };
  const tasks = [
    pictureTask({ preprocess }),
    multiLabelTask({ preprocess }),
    multiLabelTask({ preprocess, loss: { focal: {} } }),
    multiLabelTask({ preprocess, loss: { positiveWeight: [2] } }),
    regressionTask({ preprocess, ...scale }),
    regressionTask({ preprocess, mean: [1], std: [1] }),
    regressionTask({ preprocess, ...scale, loss: { kind: "huber" } }),
  ];
  const described = tasks.map(({ key, config }) => JSON.stringify([key, config]));
  expect(new Set(described).size).toBe(tasks.length);
});
