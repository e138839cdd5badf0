import { expect, test } from "vitest";
import { isGraftError } from "../errors.js";
import { type Batches, createBatches, type Source } from "./batch.js";
import { evaluationBatches } from "./evaluation.js";

/** Samples that are their own number; `loads` tells what was asked for. */
function numbers(size: number): Source & { loads: { indices: number[]; epoch: number }[] } {
  const loads: { indices: number[]; epoch: number }[] = [];
  return {
    size,
    loads,
    load: async (indices, { epoch }) => {
      loads.push({ indices: [...indices], epoch });
      return { x: { dtype: "int32", shape: [indices.length], data: Int32Array.from(indices) } };
    },
  };
}

async function take(batches: Batches, count: number, from = 0) {
  const taken: { epoch: number; x: number[] }[] = [];
  for await (const { epoch, batch } of batches.from(from)) {
    taken.push({ epoch, x: Array.from(batch.x?.data ?? [], Number) });
    if (taken.length === count) break;
  }
  return taken;
}

test("each epoch holds every sample, in an order of its own, the same for the same seed", async () => {
  const make = (seed: number) => createBatches(numbers(10), { batchSize: 5, seed });
  const taken = await take(make(1), 6);
  expect(taken.map(({ epoch }) => epoch)).toEqual([1, 1, 2, 2, 3, 3]);
  const epochs = [0, 2, 4].map((i) => [...taken[i]!.x, ...taken[i + 1]!.x]);
  for (const order of epochs)
    expect([...order].sort((a, b) => a - b)).toEqual([...Array(10).keys()]);
  expect(epochs[0]).not.toEqual(epochs[1]);
  expect(await take(make(1), 6)).toEqual(taken);
  expect(await take(make(2), 6)).not.toEqual(taken);
});

test.each(["wrap", "drop"] as const)(
  "starting at any step gives the same rest (%s)",
  async (last) => {
    const batches = createBatches(numbers(11), { batchSize: 4, seed: 3, last, prefetch: 2 });
    expect(batches.stepsPerEpoch).toBe(last === "wrap" ? 3 : 2);
    const all = await take(batches, 9);
    for (const from of [1, 2, 3, 5])
      expect(await take(batches, 9 - from, from)).toEqual(all.slice(from));
  },
);

test("the last batch wraps to the start of its epoch, even when a batch holds more than all", async () => {
  const plain = { seed: 0, shuffle: false };
  const [, second] = await take(createBatches(numbers(5), { batchSize: 3, ...plain }), 2);
  expect(second?.x).toEqual([3, 4, 0]);
  const [only] = await take(createBatches(numbers(2), { batchSize: 5, ...plain }), 1);
  expect(only?.x).toEqual([0, 1, 0, 1, 0]);
});

test("batches are loaded ahead, and no further", async () => {
  const source = numbers(100);
  const batches = createBatches(source, { batchSize: 1, seed: 0, prefetch: 3 });
  await take(batches, 1);
  expect(source.loads.length).toBe(4);
});

test("a failing load is reported in its turn", async () => {
  const source: Source = {
    size: 3,
    load: async ([index]) => {
      if (index === 1) throw new Error("sample 1 is broken");
      return { x: { dtype: "int32", shape: [1], data: Int32Array.of(index ?? 0) } };
    },
  };
  const seen: number[] = [];
  const read = async () => {
    const options = { batchSize: 1, seed: 0, shuffle: false, prefetch: 2 };
    for await (const { batch } of createBatches(source, options).from(0)) {
      seen.push(Number(batch.x?.data[0]));
    }
  };
  await expect(read()).rejects.toThrow("sample 1 is broken");
  expect(seen).toEqual([0]);
});

test("evaluation takes every sample once and pads the last batch with weight 0", async () => {
  const source = numbers(5);
  const taken = [];
  for await (const batch of evaluationBatches(source, { batchSize: 3 })) taken.push(batch);
  expect(taken.map(({ x }) => [...x!.data])).toEqual([
    [0, 1, 2],
    [3, 4, 4],
  ]);
  expect(taken.map(({ weight }) => [...weight!.data])).toEqual([
    [1, 1, 1],
    [1, 1, 0],
  ]);
  expect(source.loads.map(({ epoch }) => epoch)).toEqual([0, 0]);
});

test("a source's own weights are kept, and its own arrays are not written to", async () => {
  const own = Float32Array.of(0.5, 2);
  const source: Source = {
    size: 2,
    load: async () => ({ weight: { dtype: "float32", shape: [2], data: own } }),
  };
  for await (const { weight } of evaluationBatches(source, { batchSize: 3 })) {
    expect([...weight!.data]).toEqual([0.5, 2, 0]);
  }
  expect([...own]).toEqual([0.5, 2]);
});

test.each([
  ["dataset-empty", () => createBatches(numbers(0), { batchSize: 1, seed: 0 })],
  ["config-invalid", () => createBatches(numbers(3), { batchSize: 0, seed: 0 })],
  ["config-invalid", () => createBatches(numbers(3), { batchSize: 4, seed: 0, last: "drop" })],
  ["dataset-empty", () => evaluationBatches(numbers(0), { batchSize: 1 })],
] as const)("%s is thrown at once", (code, make) => {
  let error: unknown;
  try {
    make();
  } catch (caught) {
    error = caught;
  }
  expect(isGraftError(error, code)).toBe(true);
});
