import { arraySource } from "@graft-ml/core";
import type { Matrix } from "@graft-ml/core/linalg";
import { readGolden, worstDifference } from "@graft-ml/core/testing";
import { describe, expect, it, test } from "vitest";
import { pseudoLabelled, selectPseudoLabels } from "./pseudo-labels.js";
import { type SelfTrainEvent, selfTrain } from "./self-training.js";
import { unionSource } from "./union-source.js";

type Selection = {
  portion: number;
  threshold: number;
  balanced: boolean;
  indices: number[];
  labels: number[];
  thresholds: number[];
};
const golden = readGolden<{ probabilities: number[]; classes: number; selections: Selection[] }>(
  import.meta.url,
  "golden/deep-adaptation.json",
);
const matrix = (data: readonly number[], columns: number): Matrix => ({
  rows: data.length / columns,
  columns,
  data: Float64Array.from(data),
});
const probabilities = matrix(golden.probabilities, golden.classes);

describe("pseudo-labels", () => {
  it.each(
    golden.selections.map((each): [string, Selection] => [JSON.stringify(each).slice(0, 60), each]),
  )("are the reference's: %s", (_, { portion, threshold, balanced, ...wanted }) => {
    const balance = balanced ? "class" : "none";
    const found = selectPseudoLabels({ probabilities, portion, threshold, balance });
    expect(found.indices).toEqual(wanted.indices);
    expect(found.labels).toEqual(wanted.labels);
    expect(worstDifference(found.thresholds, wanted.thresholds)).toBeLessThan(1e-9);
    expect(found.confidences.every((p) => p >= threshold)).toBe(true);
  });

  it("take in a rare class that a portion of all leaves behind", () => {
    const rows = [0.99, 0.01, 0.98, 0.02, 0.97, 0.03, 0.96, 0.04, 0.45, 0.55, 0.47, 0.53];
    const given = { probabilities: matrix(rows, 2), portion: 0.5 };
    expect(new Set(selectPseudoLabels({ ...given, balance: "none" }).labels)).toEqual(new Set([0]));
    expect(new Set(selectPseudoLabels(given).labels)).toEqual(new Set([0, 1]));
  });

  it.each([
    ["NaN", [Number.NaN, 1], {}, /row 0 holds NaN/],
    ["numbers above 1", [0.5, 0.5, 2, -1], {}, /row 1 holds 2/],
    ["no rows", [], {}, /not \[0,2\]/],
    ["a portion of 0", [0.5, 0.5], { portion: 0 }, /not 0 and 0/],
  ])("of %s are refused", (_, data, more, message) => {
    expect(() => selectPseudoLabels({ probabilities: matrix(data, 2), ...more })).toThrow(message);
  });
});

const numbered = (from: number, size: number) =>
  arraySource({
    x: {
      dtype: "float32",
      shape: [size, 1],
      data: Float32Array.from({ length: size }, (_, i) => from + i),
    },
    labels: { dtype: "int32", shape: [size], data: new Int32Array(size).fill(7) },
  });

test("chosen samples carry their pseudo-labels, beside those of the source", async () => {
  const pseudo = pseudoLabelled(numbered(100, 5), { indices: [1, 3, 4], labels: [2, 0, 1] });
  const both = unionSource([numbered(0, 2), pseudo]);
  expect(both.size).toBe(5);
  const { x, labels } = await both.load([4, 0, 2, 1, 3], { epoch: 1 });
  expect(x!.shape).toEqual([5, 1]);
  expect([...x!.data]).toEqual([104, 0, 101, 1, 103]);
  expect([...labels!.data]).toEqual([1, 7, 2, 7, 0]);
  expect(() => pseudoLabelled(numbered(0, 2), { indices: [], labels: [] })).toThrow(/no sample/);
  const wide = arraySource({ x: { dtype: "float32", shape: [1, 2], data: Float32Array.of(1, 2) } });
  await expect(unionSource([numbered(0, 1), wide]).load([0, 1], { epoch: 1 })).rejects.toThrow(
    /"x" is float32 \[1,1\] in one source and float32 \[1,2\]/,
  );
});

describe("rounds", () => {
  const samples = [-3, -2.5, -2, -0.4, 0.2, 2.1, 2.7, 3.2];
  const at = (threshold: number): Matrix =>
    matrix(
      samples.flatMap((x) => {
        const p = 1 / (1 + Math.exp(-2 * (x - threshold)));
        return [1 - p, p];
      }),
      2,
    );
  /** Learns where the two classes' means part. */
  const options = {
    start: 1,
    predict: async (threshold: number) => at(threshold),
    train: async ({
      pseudo,
    }: {
      pseudo: { indices: readonly number[]; labels: readonly number[] };
    }) => {
      const mean = (c: number) => {
        const own = pseudo.indices.filter((_, i) => pseudo.labels[i] === c);
        return own.reduce((sum, index) => sum + samples[index]!, 0) / own.length;
      };
      return (mean(0) + mean(1)) / 2;
    },
  };

  it("label the surest, train, and take more of each class every time", async () => {
    const events: SelfTrainEvent[] = [];
    const training = selfTrain({ ...options, rounds: 4, portion: (round) => 0.25 * round });
    expect(() => training.result()).toThrow(/has not ended/);
    for await (const event of training) events.push(event);
    expect(events.map(({ round }) => round)).toEqual([1, 2, 3, 4]);
    expect(events[0]).toEqual({
      type: "labels-selected",
      round: 1,
      count: 2,
      changed: 0,
      perClass: [1, 1],
    });
    expect(events[3]!.count).toBe(8);
    expect(Math.abs(training.result())).toBeLessThan(0.5);
  });

  it("end where nothing is sure, and where they are stopped", async () => {
    const read = async (more: object) => {
      for await (const _ of selfTrain({ ...options, ...more }));
    };
    await expect(read({ threshold: 1 })).rejects.toThrow(/In round 1 the network is sure of no/);
    await expect(read({ signal: AbortSignal.abort() })).rejects.toThrow(/after 0 rounds/);
  });
});
