import "@tensorflow/tfjs-backend-cpu";
import { type Engine, type FloatWeights, type Optimizer, type Program, sgd } from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, expect, test } from "vitest";
import { createNativeEngine } from "../node/engines.js";
import type { OnnxOptions } from "./engine.js";

const engines: Engine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
});

async function start(options: OnnxOptions = {}): Promise<Engine> {
  const engine = await createNativeEngine({ threads: 2, ...options });
  engines.push(engine);
  return engine;
}

const floats = (shape: readonly number[], value: (i: number) => number): FloatWeights[string] => ({
  dtype: "float32",
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => value(i)),
});

/** loss = mean((x w - y)^2); `work` repeats the product to make a step last. */
const regression = (work = 1): Program => ({
  key: "test-regression",
  config: { work },
  run({ params, batch }) {
    const { weight, frozen } = params as Record<string, tf.Tensor2D>;
    let x = batch.x as tf.Tensor2D;
    for (let i = 0; i < work; i++) x = tf.tanh(tf.matMul(x, frozen!));
    const y = tf.matMul(x, weight!);
    return {
      loss: tf.mean(tf.squaredDifference(y, batch.y!)) as tf.Scalar,
      metrics: { size: tf.mean(tf.abs(y)) as tf.Scalar },
      outputs: { y },
    };
  },
});

const weightsOf = (width: number): FloatWeights => ({
  weight: floats([width, 3], (i) => Math.sin(i) / 3),
  frozen: floats([width, width], (i) => Math.cos(i * i) / Math.sqrt(width)),
});

const batchOf = (samples: number, width: number) => ({
  x: floats([samples, width], (i) => Math.sin(i * 3)),
  y: floats([samples, 3], (i) => Math.cos(i)),
});

const frozenGroups = (name: string) => ({ rate: 1, decay: 0, frozen: name === "frozen" });

test("the event loop turns while a step runs", async () => {
  const engine = await start();
  const session = await engine.open({
    weights: weightsOf(1024),
    groups: frozenGroups,
    optimizer: sgd({ learningRate: 0.1 }),
  });
  const program = regression(12);
  await session.step(program, batchOf(512, 1024));
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  await session.step(program, batchOf(512, 1024));
  clearInterval(timer);
  // A step on this thread would leave no turn to a timer.
  expect(ticks).toBeGreaterThan(0);
});

test("close waits for the steps under way, then everything is refused", async () => {
  const engine = await start();
  const session = await engine.open({
    weights: weightsOf(256),
    groups: frozenGroups,
    optimizer: sgd({ learningRate: 0.1 }),
  });
  const steps = [1, 2, 3].map(() => session.step(regression(4), batchOf(64, 256)));
  const closed = engine.close();
  expect((await Promise.all(steps)).map(({ step }) => step)).toEqual([1, 2, 3]);
  await closed;
  await engine.close();
  await expect(session.step(regression(), batchOf(2, 256))).rejects.toMatchObject({
    code: "engine-closed",
  });
  await expect(engine.open({ weights: {} })).rejects.toMatchObject({ code: "engine-closed" });
});

test("200 steps take no more memory than the first ones", async () => {
  const engine = await start();
  const session = await engine.open({
    weights: weightsOf(512),
    groups: frozenGroups,
    optimizer: sgd({ learningRate: 0.01, momentum: 0.9 }),
  });
  const program = regression(2);
  const batch = batchOf(256, 512);
  const tensors = tf.memory().numTensors;
  for (let step = 0; step < 40; step++) await session.step(program, batch);
  const before = { memory: session.memory(), resident: process.memoryUsage().rss };
  for (let step = 0; step < 200; step++) await session.step(program, batch);
  expect(session.memory()).toEqual(before.memory);
  expect(session.memory()).toMatchObject({ compiledPrograms: 1, tensors: 0 });
  // 200 batches are 100 MB: kept, they would show.
  expect(process.memoryUsage().rss - before.resident).toBeLessThan(50e6);
  expect(tf.memory().numTensors).toBe(tensors);
});

test("the same graph is one native session, in one session or two", async () => {
  const engine = await start();
  const weights = weightsOf(64);
  const one = await engine.open({ weights });
  const other = await engine.open({ weights });
  const results = [];
  for (const session of [one, one, other])
    results.push((await session.run(regression(), batchOf(4, 64))).outputs.y!.data);
  expect(results[1]).toEqual(results[0]);
  expect(results[2]).toEqual(results[0]);
  expect([one.memory().compiledPrograms, other.memory().compiledPrograms]).toEqual([1, 1]);
  await one.close();
  expect((await other.run(regression(), batchOf(4, 64))).outputs.y!.data).toEqual(results[0]);
});

test("graphs beyond the cap are let go and come back when needed", async () => {
  const weights = weightsOf(256);
  const session = await (await start({ maxGraphBytes: 300_000 })).open({ weights });
  const program = regression();
  const first = await session.run(program, batchOf(2, 256));
  expect(session.memory()).toMatchObject({ compiledPrograms: 1 });
  expect(session.memory().constantBytes).toBeGreaterThan(256 * 256 * 4);
  await session.run(program, batchOf(3, 256));
  expect(session.memory()).toMatchObject({ compiledPrograms: 1 });
  expect((await session.run(program, batchOf(2, 256))).outputs).toEqual(first.outputs);
});

test("a large frozen matrix is shared by graphs instead of copied into each", async () => {
  const session = await (await start()).open({ weights: weightsOf(1024) });
  await session.run(regression(), batchOf(2, 1024));
  await session.run(regression(), batchOf(3, 1024));
  expect(session.memory().compiledPrograms).toBe(2);
  expect(session.memory().constantBytes).toBeLessThan(100_000);
});

test("restoring other frozen weights reaches programs that were compiled with the old", async () => {
  const engine = await start();
  for (const width of [64, 1024]) {
    const session = await engine.open({
      weights: weightsOf(width),
      groups: frozenGroups,
      optimizer: sgd({ learningRate: 0.1 }),
    });
    const program = regression();
    const before = await session.run(program, batchOf(2, width));
    const snapshot = await session.snapshot();
    const frozen = floats([width, width], (i) => Math.sin(i * i) / Math.sqrt(width));
    await session.restore({ ...snapshot, weights: { ...snapshot.weights, frozen } });
    const after = await session.run(program, batchOf(2, width));
    expect(after.outputs.y!.data).not.toEqual(before.outputs.y!.data);
    await session.restore(snapshot);
    expect((await session.run(program, batchOf(2, width))).outputs).toEqual(before.outputs);
  }
});

test("weights and batches on shared memory work as others do, and nothing of the caller's is taken", async () => {
  const engine = await start();
  const onShared = <T extends { data: Float32Array }>(tensor: T): T => {
    const data = new Float32Array(new SharedArrayBuffer(tensor.data.byteLength));
    data.set(tensor.data);
    return { ...tensor, data };
  };
  const weights = weightsOf(64);
  const batch = batchOf(4, 64);
  const plain = await engine.open({ weights });
  const expected = await plain.run(regression(), batch);
  expect([batch.x.data.length, weights.frozen!.data.length]).toEqual([256, 4096]);
  const session = await engine.open({
    weights: { weight: onShared(weights.weight!), frozen: onShared(weights.frozen!) },
  });
  const shared = { x: onShared(batch.x), y: onShared(batch.y) };
  expect((await session.run(regression(), shared)).outputs).toEqual(expected.outputs);
});

test("an optimizer without a loop of its own runs in its pure form", async () => {
  const engine = await start();
  const plain = sgd({ learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 });
  const renamed: Optimizer = { ...plain, name: "sgd-by-hand" };
  const learn = async (optimizer: Optimizer) => {
    const session = await engine.open({ weights: weightsOf(16), optimizer });
    for (let step = 0; step < 3; step++)
      await session.step(regression(), [batchOf(2, 16), batchOf(3, 16)], { clipNorm: 0.5 });
    return session.snapshot();
  };
  const [fused, pure] = [await learn(plain), await learn(renamed)];
  expect(pure.step).toBe(3);
  for (const name of ["weight", "frozen"]) {
    expect(pure.weights[name]!.data).toEqual(fused.weights[name]!.data);
    expect(pure.optimizer!.state.momentum![name]!.data).toEqual(
      fused.optimizer!.state.momentum![name]!.data,
    );
  }
});

test("what ONNX Runtime or the compiler refuses is said, and the session goes on", async () => {
  const session = await (await start()).open({ weights: weightsOf(8) });
  const reading: Program = {
    key: "test-reading",
    config: null,
    run: ({ batch }) => ({ outputs: { x: tf.scalar(batch.x!.dataSync()[0]!) } }),
  };
  await expect(session.run(reading, batchOf(2, 8))).rejects.toMatchObject({
    code: "program-invalid",
    message: expect.stringMatching(/test-reading/),
  });
  expect(typeof (await session.run(regression(), batchOf(2, 8))).loss).toBe("number");
});
