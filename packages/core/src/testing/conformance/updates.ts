import * as tf from "@tensorflow/tfjs-core";
import { createEagerEngine } from "../../engine/eager.js";
import type { Batch } from "../../engine.js";
import { adamw } from "../../optim/adamw.js";
import { paramGroups } from "../../optim/groups.js";
import { sgd } from "../../optim/sgd.js";
import { hostRandom } from "../../random.js";
import { pickWeights } from "../../tree.js";
import type { FloatWeights } from "../../weights/host-tensor.js";
import { bitsOf, slice, worstRelative } from "./arrays.js";
import { createSuite, gradientsOf, optionsOf, type Suite, train } from "./kit.js";
import { optimizerTests } from "./optimizers.js";
import { convNet, draws, frozenNet, linearLoss, mlp } from "./programs.js";

/** Optimizers, groups, buffers, accumulation, clipping, and a run that learns. */
export function updateTests(suite: Suite): void {
  optimizerTests(suite);
  groupTests(suite);
  accumulationTests(suite);
  clippingTest(suite);
  learningTest(suite);
}

function groupTests(suite: Suite): void {
  const { test, expect } = suite;
  test("frozen weights keep their bits and carry no state", async () => {
    const groups = paramGroups({ freeze: ["hidden"] });
    const { weights, optimizer } = await train(suite, mlp, {
      options: { optimizer: adamw({ learningRate: 0.1 }), groups },
      batches: [mlp.batch(4), mlp.batch(4)],
    });
    const hidden = (set: FloatWeights): FloatWeights =>
      pickWeights(set, (name) => name.startsWith("hidden"));
    expect(worstRelative(hidden(weights), hidden(mlp.weights))).toBe(0);
    expect(worstRelative(weights, mlp.weights)).toBeGreaterThan(0.01);
    expect(Object.keys(optimizer?.state.mean ?? {}).sort()).toEqual(["head.bias", "head.weight"]);
  });

  test("a weight that the loss does not depend on stays, decay and all", async () => {
    const extra = { "other.weight": linearLoss.weights["matrix.weight"]! };
    const { weights } = await train(
      suite,
      { ...mlp, weights: { ...mlp.weights, ...extra } },
      {
        options: { optimizer: adamw({ learningRate: 0.1, weightDecay: 0.5 }) },
        batches: [mlp.batch(4)],
      },
    );
    expect([...weights["other.weight"]!.data]).toEqual([...extra["other.weight"].data]);
  });

  test("buffers move in steps as the eager reference's, and not in runs", async () => {
    const optimizer = sgd({ learningRate: 0.1 });
    const batches = [convNet.batch(4), convNet.batch(4)];
    const { buffers } = await train(suite, convNet, { options: { optimizer }, batches });
    const eager = createSuite(() => createEagerEngine({ backend: "cpu" }), suite);
    const expected = await train(eager, convNet, { options: { optimizer }, batches });
    expect(worstRelative(buffers, expected.buffers)).toBeLessThan(1e-5);
    expect(worstRelative(buffers, convNet.buffers!)).toBeGreaterThan(0.01);
    await suite.withSession(optionsOf(convNet), async (session) => {
      await session.run(convNet.program, convNet.batch(4));
      const after = await session.snapshot();
      expect(worstRelative(after.buffers, convNet.buffers!)).toBe(0);
    });
  });
}

function accumulationTests(suite: Suite): void {
  const { test, expect } = suite;
  test("micro-batches give the gradients of the whole batch", async () => {
    const batch = frozenNet.batch(6);
    const whole = await gradientsOf(suite, frozenNet, batch);
    const parts = [slice(batch, 0, 2), slice(batch, 2, 4), slice(batch, 4, 6)];
    expect(worstRelative(await gradientsOf(suite, frozenNet, parts), whole)).toBeLessThan(2e-5);
  });

  test("each micro-batch has its own random draws", async () => {
    const batch = draws.batch(2);
    const options = optionsOf(draws, { optimizer: sgd({ learningRate: 0 }), seed: 3 });
    const { metrics } = await suite.withSession(options, (session) =>
      session.step(draws.program, [batch, batch]),
    );
    const expected = (drawnMean(batch, 0) + drawnMean(batch, 1)) / 2;
    expect(Math.abs((metrics.mixed ?? Number.NaN) - expected)).toBeLessThan(1e-6);
    expect(Math.abs(drawnMean(batch, 0) - drawnMean(batch, 1))).toBeGreaterThan(1e-4);
  });
}

/** The metric of `draws` for the n-th micro-batch of the first update at seed 3. */
function drawnMean(batch: Batch, index: number): number {
  const { shape, data } = batch.x!;
  const random = hostRandom({ seed: 3, step: 0, micro: index });
  const [mask, noise] = tf.tidy(() => [
    random.bernoulli("mask", shape, 0.7),
    random.uniform("noise", shape),
  ]) as [tf.Tensor, tf.Tensor];
  const [bits, values] = [mask.dataSync(), noise.dataSync()];
  tf.dispose([mask, noise]);
  return (
    Array.from(data, (x, i) => x * bits[i]! + values[i]!).reduce((a, b) => a + b) / data.length
  );
}

function clippingTest({ test, expect, withSession }: Suite): void {
  test("gradients are clipped to a global norm, and the norm told is the one before", async () => {
    const moved = async (clipNorm?: number): Promise<{ norm: number; weights: FloatWeights }> =>
      withSession(optionsOf(mlp, { optimizer: sgd({ learningRate: 1 }) }), async (session) => {
        const clip = clipNorm === undefined ? {} : { clipNorm };
        const { gradNorm } = await session.step(mlp.program, mlp.batch(4), clip);
        return { norm: gradNorm, weights: (await session.snapshot()).weights };
      });
    const free = await moved();
    const loose = await moved(free.norm * 2);
    const tight = await moved(free.norm / 4);
    expect(worstRelative(loose.weights, free.weights)).toBe(0);
    expect(Math.abs(tight.norm - free.norm)).toBeLessThan(1e-6 * free.norm);
    const length = (weights: FloatWeights): number =>
      Math.hypot(
        ...Object.entries(weights).flatMap(([name, { data }]) =>
          Array.from(data, (value, i) => value - mlp.weights[name]!.data[i]!),
        ),
      );
    expect(Math.abs(length(free.weights) / free.norm - 1)).toBeLessThan(1e-5);
    expect(Math.abs(length(tight.weights) / (free.norm / 4) - 1)).toBeLessThan(1e-4);
  });
}

function learningTest({ test, expect, withSession }: Suite): void {
  test("a training run learns its batch, and the same seed gives the same bytes", async () => {
    const options = { optimizer: adamw({ learningRate: 0.02 }), seed: 1 };
    const learn = () =>
      withSession(optionsOf(mlp, options), async (session) => {
        const losses: number[] = [];
        for (let step = 1; step <= 60; step++) {
          const result = await session.step(mlp.program, mlp.batch(12), { clipNorm: 5 });
          expect(result.step).toBe(step);
          losses.push(result.loss);
        }
        const { metrics } = await session.run(mlp.program, mlp.batch(12));
        return { losses, metrics, bits: bitsOf(await session.snapshot()) };
      });
    const first = await learn();
    expect(first.losses.at(-1)! / first.losses[0]!).toBeLessThan(0.5);
    expect(first.metrics.accuracy!).toBeGreaterThan(0.7);
    for (let repeat = 0; repeat < 2; repeat++) expect(await learn()).toEqual(first);
  });
}
