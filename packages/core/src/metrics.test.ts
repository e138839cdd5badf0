import { expect, test } from "vitest";
import { accuracy, confusionMatrix, macroF1, predictedClasses, topKAccuracy } from "./metrics.js";
import { formulaValues } from "./testing/formula.js";
import { readGolden } from "./testing/golden.js";

type Results = { accuracy: number; top3: number; macroF1: number; confusion: number[][] };
const golden = readGolden<{
  numClasses: number;
  labels: number[];
  weight: number[];
  plain: Results;
  weighted: Results;
}>(import.meta.url, "golden/metrics.json");

const { labels, numClasses, weight } = golden;
const scores = formulaValues("scores", labels.length * numClasses, 0, 1);

test.each([
  ["plain", {}, golden.plain],
  ["weighted", { sampleWeight: weight }, golden.weighted],
] as const)("%s metrics are scikit-learn's", (_, weights, expected) => {
  const input = { scores, labels, numClasses, ...weights };
  expect(accuracy(input)).toBeCloseTo(expected.accuracy, 6);
  expect(topKAccuracy({ ...input, k: 3 })).toBeCloseTo(expected.top3, 6);
  const matrix = confusionMatrix(input);
  expect(matrix.flat()).toEqual(expected.confusion.flat().map((n) => expect.closeTo(n, 5)));
  expect(macroF1(matrix)).toBeCloseTo(expected.macroF1, 6);
});

test("padding of weight 0 changes nothing", () => {
  const padded = {
    scores: [...scores, 1, 0, 0, 0, 0],
    labels: [...labels, 3],
    sampleWeight: [...weight, 0],
    numClasses,
  };
  expect(accuracy(padded)).toBeCloseTo(golden.weighted.accuracy, 6);
  expect(macroF1(confusionMatrix(padded))).toBeCloseTo(golden.weighted.macroF1, 6);
});

test("the first of equal scores is taken, and NaN is never right", () => {
  expect([...predictedClasses([1, 1, 0, 0, 2, 2], 3)]).toEqual([0, 1]);
  expect(accuracy({ scores: [Number.NaN, Number.NaN], labels: [0], numClasses: 2 })).toBe(0);
});

test("sizes that do not fit and labels outside the classes are told", () => {
  expect(() => accuracy({ scores: [1, 2, 3], labels: [0], numClasses: 2 })).toThrow(
    /need 2 scores/,
  );
  expect(() => accuracy({ scores: [1, 2], labels: [2], numClasses: 2 })).toThrow(
    /label 2 is outside the 2 classes/,
  );
});
