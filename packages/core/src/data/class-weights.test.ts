import { expect, test } from "vitest";
import { readGolden } from "../testing/golden.js";
import { balancedClassWeights, positiveWeights } from "./class-weights.js";

const golden = readGolden<{ labels: number[]; classWeights: number[] }>(
  import.meta.url,
  "golden/splits.json",
);

test("balanced class weights are scikit-learn's", () => {
  const weights = balancedClassWeights(golden.labels, 4);
  expect(weights).toEqual(golden.classWeights.map((weight) => expect.closeTo(weight, 12)));
});

test("a class that does not occur weighs nothing, and the others as if it were not there", () => {
  expect(balancedClassWeights([0, 0, 0, 2], 3)).toEqual([4 / 6, 0, 2]);
  expect(() => balancedClassWeights([0, 3], 3)).toThrow("The label 3 is outside the 3 classes");
});

test("a label weighs what its absence outnumbers it by", () => {
  const targets = [1, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0];
  expect(positiveWeights(targets, { numLabels: 3 })).toEqual([3, 1 / 3, 1]);
  expect(positiveWeights(targets, { numLabels: 3, limit: 2 })).toEqual([2, 1 / 3, 1]);
});
