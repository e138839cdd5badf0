import fc from "fast-check";
import { expect, test } from "vitest";
import { readGolden } from "../testing/golden.js";
import { groupedFolds, groupedSplit } from "./grouped-split.js";

const golden = readGolden<{
  labels: number[];
  groups: number[];
  folds: number;
  grouped: number[][];
}>(import.meta.url, "golden/splits.json");
const { labels, groups } = golden;

const countsOf = (indices: readonly number[]): number[] =>
  [0, 1, 2, 3].map((label) => indices.filter((index) => labels[index] === label).length);

/** Mean over the labels of the spread of their counts over the folds, relative to an even share. */
function unevenness(folds: readonly number[][]): number {
  const spreads = [0, 1, 2, 3].map((label) => {
    const counts = folds.map((fold) => fold[label]!);
    const mean = counts.reduce((a, b) => a + b) / counts.length;
    return Math.sqrt(counts.reduce((sum, c) => sum + (c - mean) ** 2, 0) / counts.length) / mean;
  });
  return spreads.reduce((a, b) => a + b) / spreads.length;
}

test("folds are at least as even as scikit-learn's, for every seed", () => {
  const theirs = unevenness(golden.grouped);
  for (const seed of [0, 1, 2, 3, 4]) {
    const folds = groupedFolds(groups, { folds: golden.folds, seed, labels });
    expect(unevenness(folds.map((fold) => countsOf(fold.validation)))).toBeLessThanOrEqual(theirs);
  }
});

test("no group lies on both sides, every sample lies on one, and no side is empty", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 2 })), { minLength: 2, maxLength: 50 }),
      fc.double({ min: 0.05, max: 0.95, noNaN: true }),
      fc.nat(),
      (samples, validation, seed) => {
        const [of, classes] = [samples.map(([group]) => group), samples.map(([, label]) => label)];
        if (new Set(of).size < 2) return;
        const split = groupedSplit(of, { validation, seed, labels: classes });
        expect([...split.train, ...split.validation].sort((a, b) => a - b)).toEqual([...of.keys()]);
        expect(Math.min(split.train.length, split.validation.length)).toBeGreaterThan(0);
        const left = new Set(split.train.map((index) => of[index]));
        expect(split.validation.some((index) => left.has(of[index]!))).toBe(false);
      },
    ),
  );
});

test("parts come near their shares of the samples and of each label", () => {
  const fractions = { train: 0.6, validation: 0.2, test: 0.2 };
  const split = groupedSplit(groups, { fractions, seed: 1, labels });
  const all = countsOf([...labels.keys()]);
  for (const [part, share] of Object.entries(fractions)) {
    const counts = countsOf(split[part as keyof typeof fractions]);
    const off = counts.map((count, label) => Math.abs(count - share * all[label]!));
    // Groups hold 3.4 samples on average, up to 22.
    expect(Math.max(...off)).toBeLessThan(4);
  }
});

test("a group for each sample stratifies samples of several labels", () => {
  const tags = Array.from({ length: 200 }, (_, i) =>
    ["rare", "third", "half"].filter((_name, which) => i % [20, 3, 2][which]! === 0),
  );
  const split = groupedSplit([...tags.keys()], { validation: 0.2, seed: 2, labels: tags });
  const count = (tag: string, part: readonly number[]) =>
    part.filter((index) => tags[index]!.includes(tag)).length;
  expect(["rare", "third", "half"].map((tag) => count(tag, split.validation))).toEqual([2, 13, 20]);
  expect(split.validation.length).toBe(40);
});

test("the seed decides, not the order of the samples", () => {
  const names = ["a", "b", "c", "d", "e", "f"];
  const inGroups = (order: readonly string[]) => {
    const { validation } = groupedSplit(order, { validation: 0.34, seed: 4 });
    return new Set(validation.map((index) => order[index]));
  };
  expect(inGroups(names)).toEqual(inGroups([...names].reverse()));
  const split = (seed: number) => groupedSplit(groups, { validation: 0.2, seed, labels });
  expect(split(1)).toEqual(split(1));
  expect(split(1)).not.toEqual(split(2));
});

test("what can't be divided is told", () => {
  expect(() => groupedSplit([1, 1, 1], { validation: 0.2, seed: 0 })).toThrow(
    "1 groups can't be split into 2 parts",
  );
  expect(() => groupedFolds([1, 2], { folds: 3, seed: 0 })).toThrow("3 folds of 2 groups");
  expect(() => groupedSplit([1, 2], { validation: 0.5, seed: 0, labels: [1] })).toThrow(
    "2 samples with groups need as many labels, not 1",
  );
});
