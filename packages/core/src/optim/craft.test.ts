import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import type { Snapshot } from "../engine.js";
import { readGolden } from "../testing/golden.js";
import { leakedTensors } from "../testing/leaks.js";
import { worstDifference } from "../testing/worst-difference.js";
import type { FloatWeights } from "../weights/host-tensor.js";
import { adamw } from "./adamw.js";
import { decayToStart } from "./decay-to-start.js";
import { emaWeights, withEma } from "./ema.js";
import type { Optimizer, ParamGroup } from "./optimizer.js";
import { sgd } from "./sgd.js";

const golden = readGolden<{
  weight: number[];
  grads: number[][];
  ema: Record<string, number[][]>;
  start: Record<string, number[][]>;
}>(import.meta.url, "golden/craft.json");

beforeAll(() => tf.setBackend("cpu"));

const group: ParamGroup = { rate: 1, decay: 1, frozen: false };

/** What a session's snapshot would be after each golden gradient. */
function replay(optimizer: Optimizer): Snapshot[] {
  const after: Snapshot[] = [];
  const host = (tensor: tf.Tensor): FloatWeights => ({
    w: { dtype: "float32", shape: [2, 3], data: tensor.dataSync<"float32">().slice() },
  });
  tf.tidy(() => {
    let weight: tf.Tensor = tf.tensor(golden.weight, [2, 3]);
    let state: Readonly<Record<string, tf.Tensor>> = Object.fromEntries(
      optimizer.slots.map((slot) => [slot, tf.zerosLike(weight)]),
    );
    golden.grads.forEach((values, step) => {
      const grad = tf.tensor(values, [2, 3]);
      const scalars = optimizer.scalars({ step, group });
      ({ weight, state } = optimizer.update({ weight, grad, state, scalars }));
      const slots = Object.entries(state).map(([slot, tensor]) => [slot, host(tensor)] as const);
      const kept = { name: optimizer.name, state: Object.fromEntries(slots) };
      after.push({ step: step + 1, seed: 0, weights: host(weight), buffers: {}, optimizer: kept });
    });
  });
  return after;
}

const worst = (actual: readonly FloatWeights[], expected: readonly number[][] = []): number =>
  Math.max(...actual.map(({ w }, i) => worstDifference(w!.data, expected[i] ?? [])));

const plainSgd = sgd({ learningRate: 0.1, momentum: 0.9 });
const plainAdamw = adamw({ learningRate: 0.01, weightDecay: 0 });

test.each([
  ["sgd", withEma(plainSgd, { decay: 0.9, warmUp: false })],
  ["adamw", withEma(plainAdamw, { decay: 0.7, warmUp: false })],
  ["warm-up", withEma(plainSgd, { decay: 0.7 })],
] as const)("running means with %s are torch's AveragedModel", async (name, optimizer) => {
  const after: Snapshot[] = [];
  expect(await leakedTensors(() => after.push(...replay(optimizer)))).toBe(0);
  expect(after.length).toBe(12);
  expect(worst(after.map(emaWeights), golden.ema[name])).toBeLessThan(1e-6);
  const bare = replay(name === "adamw" ? plainAdamw : plainSgd);
  const weights = ({ weights: { w } }: Snapshot) => [...w!.data];
  expect(after.map(weights)).toEqual(bare.map(weights));
});

test.each([
  ["sgd", decayToStart(sgd({ learningRate: 0.1, momentum: 0.9, weightDecay: 0.3 }))],
  ["adamw", decayToStart(adamw({ learningRate: 0.01, weightDecay: 5 }))],
] as const)("%s decays towards the start as torch with the penalty", async (name, optimizer) => {
  const after: Snapshot[] = [];
  expect(await leakedTensors(() => after.push(...replay(optimizer)))).toBe(0);
  const moved = after.map(({ weights }) => weights);
  expect(worst(moved, golden.start[name])).toBeLessThan(1e-6);
});

test("both at once are each alone, in either order", () => {
  const inner = sgd({ learningRate: 0.1, momentum: 0.9, weightDecay: 0.3 });
  const outer = replay(withEma(decayToStart(inner), { decay: 0.9 }));
  const other = replay(decayToStart(withEma(inner, { decay: 0.9 })));
  expect(
    worst(
      outer.map(({ weights }) => weights),
      golden.start.sgd,
    ),
  ).toBeLessThan(1e-6);
  const means = (snapshots: Snapshot[]) => snapshots.map(emaWeights);
  expect(
    worst(
      means(outer),
      means(other).map(({ w }) => [...w!.data]),
    ),
  ).toBeLessThan(1e-6);
});

test("frozen weights are their own means, and a snapshot without means says so", () => {
  const last = replay(withEma(plainSgd)).at(-1)!;
  const frozen = last.weights.w!;
  const means = emaWeights({ ...last, weights: { ...last.weights, frozen } });
  expect(means.frozen).toBe(frozen);
  expect([...means.w!.data]).not.toEqual([...last.weights.w!.data]);
  expect(() => emaWeights(replay(plainSgd).at(-1)!)).toThrow(
    'The snapshot\'s optimizer "sgd" keeps no running means. Open the session with withEma(...).',
  );
  expect(() => emaWeights({ ...last, optimizer: null })).toThrow(/is missing and keeps no/);
  expect(() => withEma(plainSgd, { decay: 1 })).toThrow(/running mean is 1; it must be at least 0/);
});
