import "@tensorflow/tfjs-backend-cpu";
import {
  arraySource,
  type Batch,
  createEagerEngine,
  createModel,
  type Engine,
  type FloatWeights,
  featuresTask,
  initWeights,
  linear,
  type Model,
  mapWeights,
  relu,
  type Source,
  sgd,
  type TensorMap,
} from "@graft-ml/core";
import { formulaValues, readGolden, worstDifference } from "@graft-ml/core/testing";
import type * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { adaptDeep } from "./adapt-deep.js";
import { meanTeacherProgram, teacherWeights, withTeacher } from "./mean-teacher.js";
import { twoViews } from "./two-views.js";

const golden = readGolden<{
  teacher: {
    losses: number[];
    student: Record<string, number[]>;
    teacher: Record<string, number[]>;
  };
}>(import.meta.url, "golden/deep-adaptation.json").teacher;

let engine: Engine;
beforeAll(async () => {
  engine = await createEagerEngine({ backend: "cpu" });
});
afterAll(() => engine.close());

const [SAMPLES, WIDTH, HIDDEN, CLASSES] = [4, 3, 5, 3];
const spec = (shape: number[]) =>
  ({ shape, role: "param", init: { kind: "kaiming-uniform" } }) as const;
const layerAt = (p: TensorMap, name: string) => ({
  weight: p[`${name}.weight`] as tf.Tensor2D,
  bias: p[`${name}.bias`] as tf.Tensor1D,
});
const model: Model = {
  architecture: "two-layers",
  config: { architecture: "two-layers" },
  specs: {
    "body.weight": spec([HIDDEN, WIDTH]),
    "body.bias": spec([HIDDEN]),
    "head.weight": spec([CLASSES, HIDDEN]),
    "head.bias": spec([CLASSES]),
  },
  stages: [
    { name: "body", prefixes: ["body"], apply: (p, x) => relu(linear(layerAt(p, "body"), x)) },
    { name: "head", prefixes: ["head"], apply: (p, x) => linear(layerAt(p, "head"), x) },
  ],
  classifier: "head",
  numClasses: CLASSES,
  numFeatures: HIDDEN,
  trunk: { stage: "body", channels: HIDDEN },
};
const weights: FloatWeights = mapWeights(model.specs, ({ shape }, name) => ({
  dtype: "float32" as const,
  shape,
  data: formulaValues(
    name,
    shape.reduce((all, size) => all * size, 1),
  ),
}));
const rows = (name: string, count = SAMPLES): Batch[string] => ({
  dtype: "float32",
  shape: [count, WIDTH],
  data: formulaValues(name, count * WIDTH),
});
const labelsOf = (...labels: number[]): Batch[string] => ({
  dtype: "int32",
  shape: [labels.length],
  data: Int32Array.from(labels),
});
const batchAt = (ramp: number): Batch => ({
  features: rows("source"),
  labels: labelsOf(0, 1, 2, 1),
  "target/features": rows("target"),
  "target/view/features": rows("view"),
  ramp: { dtype: "float32", shape: [SAMPLES], data: new Float32Array(SAMPLES).fill(ramp) },
});

test("three steps are the reference's: losses, student and teacher", async () => {
  const program = meanTeacherProgram({
    task: featuresTask(),
    model,
    decay: 0.8,
    threshold: 0.4,
    weight: 2,
  });
  const session = await engine.open({
    ...withTeacher({ weights, buffers: {} }, () => true),
    optimizer: sgd({ learningRate: 0.5, momentum: 0 }),
  });
  const losses: number[] = [];
  for (const ramp of [0.25, 0.5, 1]) losses.push((await session.step(program, batchAt(ramp))).loss);
  expect(worstDifference(losses, golden.losses)).toBeLessThan(2e-6);
  const snapshot = await session.snapshot();
  const teacher = teacherWeights(snapshot);
  expect(Object.keys(teacher)).toEqual(Object.keys(weights));
  for (const name of Object.keys(weights)) {
    expect(worstDifference(snapshot.weights[name]!.data, golden.student[name]!)).toBeLessThan(2e-6);
    expect(worstDifference(teacher[name]!.data, golden.teacher[name]!)).toBeLessThan(2e-6);
  }
  // What is judged is the teacher.
  const { "target/features": _, "target/view/features": __, ramp: ___, ...source } = batchAt(1);
  const judged = await session.run(program, source);
  await session.close();
  const alone = await engine.open({ weights: teacher });
  const plain = await alone.run(meanTeacherProgram({ task: featuresTask(), model }), source);
  await alone.close();
  expect(judged.loss).toBeCloseTo(plain.loss!, 6);
});

test("the target's two views are two epochs of its source", async () => {
  const moving: Source = {
    size: 3,
    load: async (indices, { epoch }) => ({
      features: {
        dtype: "float32",
        shape: [indices.length, 1],
        data: Float32Array.from(indices, (index) => index + epoch),
      },
      labels: labelsOf(...indices),
    }),
  };
  const views = twoViews(moving, featuresTask());
  const batch = await views.load([2, 0], { epoch: 3 });
  expect(Object.keys(batch)).toEqual(["features", "labels", "view/features"]);
  expect([...batch.features!.data]).toEqual([5, 3]);
  expect(batch["view/features"]!.data[0]).toBeGreaterThan(1000);
  const plain = await views.load([1], { epoch: 0 });
  expect(plain["view/features"]).toEqual(plain.features);
});

test("a network with batch norm ends with the teacher's weights and its own statistics", async () => {
  const resnet = createModel("resnet_cifar", { blocks: 1, widths: [3, 4, 5], numClasses: 2 });
  const pictures = (name: string): Source =>
    arraySource({
      image: { dtype: "float32", shape: [8, 8, 8, 3], data: formulaValues(name, 8 * 192) },
      labels: labelsOf(0, 1, 0, 1, 0, 1, 0, 1),
    });
  const task = { ...featuresTask(), inputs: ["image"], enter: ({ image }: TensorMap) => image! };
  const start = initWeights(resnet, { seed: 0 });
  const run = async (batchNorm: "frozen" | "live") => {
    const adapting = adaptDeep({
      engine,
      model: resnet,
      weights: start,
      task,
      source: pictures("source"),
      target: pictures("target"),
      method: "mean-teacher",
      teacher: { decay: 0.5 },
      batchNorm,
      batchSize: 4,
      epochs: 2,
      rate: 1e-2,
      cut: "stem",
    });
    for await (const _ of adapting);
    return adapting.result().weights;
  };
  const [live, frozen] = [await run("live"), await run("frozen")];
  expect(Object.keys(live)).toEqual(Object.keys(resnet.specs));
  const statistic = "layer2.0.bn1.running_mean";
  expect(frozen[statistic]!.data).toEqual(start[statistic]!.data);
  expect(live[statistic]!.data).not.toEqual(start[statistic]!.data);
  expect(live["bn1.running_mean"]!.data).toEqual(start["bn1.running_mean"]!.data);
  expect(live["conv1.weight"]!.data).toEqual(start["conv1.weight"]!.data);
  expect(live["linear.weight"]!.data).not.toEqual(start["linear.weight"]!.data);
});

test("a decay of 1 would never learn", () => {
  expect(() => meanTeacherProgram({ task: featuresTask(), model, decay: 1 })).toThrow(/decay is 1/);
});
