import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { fnv1a } from "./random/philox.js";
import {
  bernoulliBits,
  hostRandom,
  normalValues,
  permutation,
  philox,
  randomWords,
  uniformValues,
} from "./random.js";
import { randomGolden } from "./testing/random-golden.js";

const hex = (words: readonly number[]) => words.map((word) => word.toString(16).padStart(8, "0"));

/** Salmon et al. 2011, the known-answer file of their Random123 library. */
test.each([
  [
    [0, 0, 0, 0],
    [0, 0],
    ["6627e8d5", "e169c58d", "bc57ac4c", "9b00dbd8"],
  ],
  [
    [-1, -1, -1, -1],
    [-1, -1],
    ["408f276d", "41c83b0e", "a20bc7c6", "6d5451fd"],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    ["d16cfe09", "94fdcceb", "5001e420", "24126ea1"],
  ],
] as const)("Philox4x32-10 of counter %j and key %j", (counter, key, words) => {
  expect(hex(philox(counter, key))).toEqual(words);
});

test("FNV-1a by its published values", () => {
  expect([fnv1a(""), fnv1a("a"), fnv1a("foobar")]).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968]);
});

test("word i is word i % 4 of block i / 4, whatever the count", () => {
  const draw = { seed: 11, step: 3, micro: 2, site: "layer1.dropout" };
  const key = [11, fnv1a("layer1.dropout")] as const;
  const words = [0, 1, 2].flatMap((block) => philox([block, 3, 2, 0], key));
  expect([...randomWords(draw, 10)]).toEqual(words.slice(0, 10));
  expect([...randomWords(draw, 3)]).toEqual(words.slice(0, 3));
});

test("the golden draws that every engine must meet", () => {
  const { draw, keep, bits, uniform } = randomGolden;
  expect([...bernoulliBits(draw, bits.length, keep)]).toEqual([...bits]);
  expect([...uniformValues(draw, uniform.length)]).toEqual([...uniform]);
});

test("seed, step, micro-batch and site each change the draw", () => {
  const base = { seed: 1, step: 1, micro: 1, site: "a" };
  const draws = [base, { ...base, seed: 2 }, { ...base, step: 2 }, { ...base, micro: 2 }];
  const all = [...draws, { ...base, site: "b" }].map((draw) => randomWords(draw, 8).join());
  expect(new Set(all).size).toBe(5);
});

test("draws have the moments they should", () => {
  const draw = { seed: 5, site: "moments" };
  const mean = (values: ArrayLike<number>) =>
    Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
  const count = 20_000;
  expect(mean(uniformValues(draw, count))).toBeCloseTo(0.5, 2);
  expect(mean(bernoulliBits(draw, count, 0.9))).toBeCloseTo(0.9, 2);
  expect([...new Set(bernoulliBits(draw, 1000, 1))]).toEqual([1]);
  expect([...new Set(bernoulliBits(draw, 1000, 0))]).toEqual([0]);
  const normal = normalValues(draw, count);
  expect(Math.abs(mean(normal))).toBeLessThan(0.02);
  expect(mean(normal.map((value) => value ** 2))).toBeCloseTo(1, 1);
  expect(mean(normal.map((value) => value ** 4))).toBeGreaterThan(2.8);
  expect(normalValues(draw, 3)).toEqual(normal.slice(0, 3));
});

test("a permutation holds every number once, in another order each epoch", () => {
  const [first, again, next] = [
    permutation(1, 0, 100),
    permutation(1, 0, 100),
    permutation(1, 1, 100),
  ];
  expect([...first].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  expect(again).toEqual(first);
  expect(next).not.toEqual(first);
  const starts = Array.from({ length: 4000 }, (_, seed) => permutation(seed, 0, 4)[0]!);
  for (const value of [0, 1, 2, 3]) {
    expect(starts.filter((start) => start === value).length / 4000).toBeCloseTo(0.25, 1);
  }
});

test("hostRandom gives tensors of the shape and type asked for, and leaks none", () => {
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    const random = hostRandom({ seed: 7, step: 2 });
    const mask = random.bernoulli("site", [2, 3], 0.5);
    expect([mask.dtype, mask.shape]).toEqual(["bool", [2, 3]]);
    expect([...mask.dataSync()]).toEqual([
      ...bernoulliBits({ seed: 7, step: 2, micro: 0, site: "site" }, 6, 0.5),
    ]);
    expect(random.uniform("site", [4]).dtype).toBe("float32");
  });
  expect(tf.memory().numTensors).toBe(before);
});
