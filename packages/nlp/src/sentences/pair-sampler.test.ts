import { expect, test } from "vitest";
import { pairSampler } from "./pair-sampler.js";

const labels = [2, 0, 0, 1, 0, 1, 5, 1];

const pairsOf = (seed: number, epoch = 1, perText = 40) => {
  const sampler = pairSampler({ labels, seed, perText });
  return Array.from({ length: sampler.size }, (_, index) => sampler.pair(index, epoch));
};

test("half of the pairs are of one class, none of a text with itself, every text as often as others", () => {
  const pairs = pairsOf(3);
  expect(pairs).toHaveLength(320);
  for (const [index, { a, b, target }] of pairs.entries()) {
    expect(target).toBe(index % 2 === 0 ? 1 : 0);
    expect(labels[a] === labels[b]).toBe(target === 1);
    expect(a).not.toBe(b);
  }
  const firsts = (target: number) => {
    const counts = new Map<number, number>();
    for (const pair of pairs) {
      if (pair.target === target) counts.set(pair.a, (counts.get(pair.a) ?? 0) + 1);
    }
    return [...counts].sort(([a], [b]) => a - b);
  };
  expect(firsts(0)).toEqual(labels.map((_, text) => [text, 20]));
  // Classes of one text have no pair: six texts share 160 pairs.
  expect(firsts(1).map(([text]) => text)).toEqual([1, 2, 3, 4, 5, 7]);
  expect(firsts(1).every(([, count]) => count === 26 || count === 27)).toBe(true);
});

test("partners are drawn evenly", () => {
  const pairs = pairsOf(4, 1, 4000);
  const apart = new Map<string, number>();
  for (const { a, b, target } of pairs) {
    if (target === 0 && a === 0) apart.set(`${b}`, (apart.get(`${b}`) ?? 0) + 1);
  }
  expect([...apart.keys()].sort()).toEqual(["1", "2", "3", "4", "5", "6", "7"]);
  for (const count of apart.values()) expect(Math.abs(count - 2000 / 7)).toBeLessThan(75);
  const alike = pairs.filter(({ a, target }) => target === 1 && a === 1).map(({ b }) => b);
  expect(Math.abs(alike.filter((b) => b === 2).length / alike.length - 0.5)).toBeLessThan(0.05);
});

test("a pair is a function of seed, epoch and number", () => {
  expect(pairsOf(1)).toEqual(pairsOf(1));
  expect(pairsOf(1)).not.toEqual(pairsOf(2));
  expect(pairsOf(1)).not.toEqual(pairsOf(1, 2));
  const sampler = pairSampler({ labels, seed: 1 });
  const backwards = Array.from({ length: 320 }, (_, at) => sampler.pair(319 - at, 1)).reverse();
  expect(backwards).toEqual(pairsOf(1));
});

test("a large set costs what its texts cost", () => {
  const many = Uint32Array.from({ length: 200_000 }, (_, text) => text % 1000);
  const sampler = pairSampler({ labels: many, seed: 0 });
  expect(sampler.size).toBe(8_000_000);
  const { a, b } = sampler.pair(7_999_998, 3);
  expect([many[a], a === b]).toEqual([many[b], false]);
});

test("what has no pairs is told", () => {
  const made = (labels: readonly number[]) => () => pairSampler({ labels, seed: 0 });
  expect(made([1, 1, 1])).toThrow("The 3 texts are of one class");
  expect(made([0, 1, 2])).toThrow("Each of the 3 texts is the only one of its class");
  expect(made([])).toThrow("The 0 texts are of one class");
});
