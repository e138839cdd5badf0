import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { readGolden } from "../testing/golden.js";
import { leakedTensors } from "../testing/leaks.js";
import { worstDifference } from "../testing/worst-difference.js";
import { adamw } from "./adamw.js";
import type { Optimizer, ParamGroup } from "./optimizer.js";
import { sgd } from "./sgd.js";

type Key = "weight" | "bias";
const shapes: Record<Key, number[]> = { weight: [2, 3], bias: [3] };
const groups: Record<Key, ParamGroup> = {
  weight: { rate: 1, decay: 1, frozen: false },
  bias: { rate: 0.5, decay: 0, frozen: false },
};
const golden = readGolden<
  Record<Key, number[]> & {
    grads: Record<Key, number[]>[];
    updates: Record<string, Record<Key, number[]>[]>;
  }
>(import.meta.url, "golden/optim.json");

/** The weight after each golden gradient. */
function replay(optimizer: Optimizer, key: Key): Float32Array[] {
  const after: Float32Array[] = [];
  tf.tidy(() => {
    let weight: tf.Tensor = tf.tensor(golden[key], shapes[key]);
    let state: Readonly<Record<string, tf.Tensor>> = Object.fromEntries(
      optimizer.slots.map((slot) => [slot, tf.zerosLike(weight)]),
    );
    golden.grads.forEach((grads, step) => {
      const scalars = optimizer.scalars({ step, group: groups[key] });
      const grad = tf.tensor(grads[key], shapes[key]);
      ({ weight, state } = optimizer.update({ weight, grad, state, scalars }));
      after.push(weight.dataSync<"float32">().slice());
    });
  });
  return after;
}

beforeAll(() => tf.setBackend("cpu"));

test.each([
  ["sgd", sgd({ learningRate: 0.1 })],
  ["sgd-decay", sgd({ learningRate: 0.1, weightDecay: 0.1 })],
  ["sgd-momentum", sgd({ learningRate: 0.1, momentum: 0.9, weightDecay: 0.1 })],
  ["sgd-nesterov", sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.1 })],
  ["adamw", adamw({ learningRate: 0.01 })],
  [
    "adamw-options",
    adamw({ learningRate: 0.01, beta1: 0.8, beta2: 0.95, epsilon: 1e-6, weightDecay: 0.2 }),
  ],
] as const)("%s updates as torch.optim does, and leaks nothing", async (name, optimizer) => {
  for (const key of ["weight", "bias"] as const) {
    const after: Float32Array[] = [];
    expect(await leakedTensors(() => after.push(...replay(optimizer, key)))).toBe(0);
    const expected = golden.updates[name]?.map((step) => step[key]) ?? [];
    expect(expected.length).toBe(12);
    const worst = after.map((values, i) => worstDifference(values, expected[i]!));
    expect(Math.max(...worst)).toBeLessThan(1e-6);
  }
});

test("the scalars carry the schedule and the group", () => {
  const group = { rate: 0.5, decay: 3, frozen: false };
  const learningRate = (step: number) => 1 / (step + 1);
  expect(sgd({ learningRate, momentum: 0.5, weightDecay: 2 }).scalars({ step: 1, group })).toEqual({
    rate: 0.25,
    decay: 6,
    momentum: 0.5,
    nesterov: 0,
  });
  expect(sgd({ learningRate }).slots).toEqual([]);
  const adam = adamw({ learningRate, beta1: 0.5, weightDecay: 2 }).scalars({ step: 1, group });
  expect(adam).toMatchObject({ rate: 0.25, decay: 6, correction1: 0.75 });
});
