import "@tensorflow/tfjs-backend-cpu";
import {
  type Batch,
  classification,
  createEagerEngine,
  createModel,
  type Engine,
  initWeights,
  paramGroups,
  pickWeights,
  type RunResult,
  sgd,
  type Task,
  taskProgram,
} from "@graft-ml/core";
import { formulaValues, leakedTensors, worstDifference } from "@graft-ml/core/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { adaptationProgram } from "./adaptation-program.js";
import { deepAdaptation } from "./adaptations.js";
import { startWeights } from "./start-weights.js";

let engine: Engine;
beforeAll(async () => {
  engine = await createEagerEngine({ backend: "cpu" });
});
afterAll(() => engine.close());

const model = createModel("resnet_cifar", { blocks: 1, widths: [3, 4, 5], numClasses: 3 });
const { score } = classification();
const task: Task = {
  key: "test/pictures",
  config: null,
  inputs: ["image"],
  enter: ({ image }) => image!,
  score,
};
const SIDE = 8;
const picture = (name: string, count: number): Batch[string] => ({
  dtype: "float32",
  shape: [count, SIDE, SIDE, 3],
  data: formulaValues(name, count * SIDE * SIDE * 3),
});
const labels = { dtype: "int32", shape: [4], data: Int32Array.of(0, 1, 2, 0) } as const;
const batch: Batch = { image: picture("source", 4), labels, "target/image": picture("target", 4) };
const adaptation = deepAdaptation("dann", { features: 5, classes: 3, hidden: 4 });
const weights = startWeights({ model, seed: 2 }, adaptation);
const program = adaptationProgram({ task, model, adaptation, weight: 0.5 });

const isStatistic = (name: string) => model.specs[name]?.role === "buffer";
const open = (live: boolean, learningRate = 0.1) =>
  engine.open({
    weights: pickWeights(weights, (name) => !(live && isStatistic(name))),
    buffers: pickWeights(weights, (name) => live && isStatistic(name)),
    groups: paramGroups({ freeze: isStatistic }),
    optimizer: sgd({ learningRate }),
  });

const logits = ({ outputs }: RunResult, name = "logits") => outputs[name]!.data as Float32Array;

test("without a target it is the task's program, and with one the source's logits are the same", async () => {
  const session = await open(false);
  const { "target/image": target, ...source } = batch;
  const plain = await session.run(taskProgram({ task, model }), source);
  const alone = await session.run(program, source);
  expect(alone).toEqual(plain);
  const both = await session.run(program, batch);
  const other = await session.run(program, { image: target! });
  expect(worstDifference(logits(both), logits(plain))).toBeLessThan(1e-5);
  expect(worstDifference(logits(both, "target/logits"), logits(other))).toBeLessThan(1e-5);
  expect(both.metrics.taskLoss).toBeCloseTo(plain.loss!, 5);
  expect(both.loss).toBeCloseTo(both.metrics.taskLoss! + 0.5 * both.metrics.penalty!, 5);
  await session.close();
});

test("the ramp is how far the features are turned; the discriminator learns all the while", async () => {
  const after = async (ramp: number) => {
    const session = await open(false);
    const data = new Float32Array(4).fill(ramp);
    await session.step(program, { ...batch, ramp: { dtype: "float32", shape: [4], data } });
    const { weights: moved } = await session.snapshot();
    await session.close();
    return (name: string) => moved[name]!.data.map((value, at) => value - weights[name]!.data[at]!);
  };
  const [off, half, full] = [await after(0), await after(0.5), await after(1)];
  const discriminator = "discriminator.2.weight";
  expect(worstDifference(off(discriminator), full(discriminator))).toBeLessThan(1e-6);
  expect(full(discriminator).some((value) => Math.abs(value) > 1e-5)).toBe(true);
  const body = "layer3.0.conv2.weight";
  const middle = off(body).map((value, at) => (value + full(body)[at]!) / 2);
  expect(worstDifference(half(body), middle)).toBeLessThan(1e-6);
  expect(worstDifference(off(body), full(body))).toBeGreaterThan(1e-5);
});

test("live batch norm moves to both domains together", async () => {
  const session = await open(true, 0);
  await session.step(program, batch);
  const { buffers } = await session.snapshot();
  const joint = await open(true, 0);
  const rows = [batch.image!, batch["target/image"]!].flatMap(({ data }) => Array.from(data));
  const together: Batch = {
    image: { dtype: "float32", shape: [8, SIDE, SIDE, 3], data: Float32Array.from(rows) },
    labels: { dtype: "int32", shape: [8], data: new Int32Array(8) },
  };
  await joint.step(taskProgram({ task, model }), together);
  const expected = (await joint.snapshot()).buffers;
  expect(Object.keys(buffers)).toEqual(Object.keys(expected));
  expect(Object.keys(buffers).length).toBeGreaterThan(0);
  for (const [name, { data }] of Object.entries(buffers)) {
    expect(worstDifference(data, expected[name]!.data)).toBeLessThan(1e-6);
  }
  await session.close();
  await joint.close();
});

test("maps are averaged to features, and stages that give neither are refused", async () => {
  const coral = deepAdaptation("deep-coral", { features: 4, classes: 3 });
  const early = adaptationProgram({ task, model, adaptation: coral, featuresAt: "layer2" });
  const session = await engine.open({ weights: initWeights(model, { seed: 2 }) });
  const { loss } = await session.run(early, batch);
  expect(Number.isFinite(loss)).toBe(true);
  const small = { ...batch, "target/image": { ...picture("t", 4), shape: [4, SIDE, 3, SIDE] } };
  await expect(session.run(early, small)).rejects.toThrow(
    /"image" is float32 \[4,8,8,3\] for the source/,
  );
  await session.close();
});

test("leaves no tensors behind", async () => {
  expect(
    await leakedTensors(async () => {
      const session = await open(true);
      await session.step(program, batch);
      await session.run(program, batch);
      await session.close();
    }),
  ).toBe(0);
});
