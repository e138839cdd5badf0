import fc from "fast-check";
import { expect, test } from "vitest";
import { stratifiedSplit } from "./split.js";

const labels = [...Array(50).fill("cat"), ...Array(30).fill("dog"), ...Array(20).fill("emu")];

test("each part has its share of each label, and all parts together have every sample once", () => {
  const fractions = { train: 0.7, validation: 0.2, test: 0.1 };
  const split = stratifiedSplit(labels, { fractions, seed: 1 });
  const count = (part: readonly number[], label: string) =>
    part.filter((index) => labels[index] === label).length;
  expect(["cat", "dog", "emu"].map((label) => count(split.train, label))).toEqual([35, 21, 14]);
  expect(["cat", "dog", "emu"].map((label) => count(split.validation, label))).toEqual([10, 6, 4]);
  expect(["cat", "dog", "emu"].map((label) => count(split.test, label))).toEqual([5, 3, 2]);
  const all = [...split.train, ...split.validation, ...split.test].sort((a, b) => a - b);
  expect(all).toEqual([...labels.keys()]);
});

test("the same seed gives the same split, another seed another", () => {
  const split = (seed: number) => stratifiedSplit(labels, { validation: 0.2, seed });
  expect(split(1)).toEqual(split(1));
  expect(split(1)).not.toEqual(split(2));
  expect(split(1).train.length).toBe(80);
});

test("every part gets a sample of each label that has enough, for any labels and fractions", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 40 }),
      fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      (classes, validation) => {
        const split = stratifiedSplit(classes, { validation, seed: 5 });
        expect(split.train.length + split.validation.length).toBe(classes.length);
        for (const label of new Set(classes)) {
          const of = (part: readonly number[]) => part.filter((i) => classes[i] === label).length;
          if (of([...classes.keys()]) < 2) continue;
          expect(Math.min(of(split.train), of(split.validation))).toBeGreaterThan(0);
        }
      },
    ),
  );
});

test("fractions that are not a whole are refused", () => {
  expect(() => stratifiedSplit(labels, { fractions: { a: 0.5, b: 0.4 }, seed: 0 })).toThrow(
    "The parts of a split must be positive and add up to 1: a 0.5, b 0.4.",
  );
  expect(() => stratifiedSplit(labels, { validation: 1, seed: 0 })).toThrow(
    "train 0, validation 1",
  );
});
