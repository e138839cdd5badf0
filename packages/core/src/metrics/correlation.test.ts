import { expect, test } from "vitest";
import { readGolden } from "../testing/golden.js";
import { matthewsCorrelation, pearsonCorrelation, spearmanCorrelation } from "./correlation.js";

const golden = readGolden<{
  a: number[];
  b: number[];
  pearson: number;
  spearman: number;
  matthews: { matrix: number[][]; matthews: number }[];
}>(import.meta.url, "golden/correlation.json");

test("Pearson's and Spearman's are SciPy's, with ties", () => {
  expect(new Set(golden.a).size).toBeLessThan(golden.a.length);
  expect(pearsonCorrelation(golden.a, golden.b)).toBeCloseTo(golden.pearson, 12);
  expect(spearmanCorrelation(golden.a, golden.b)).toBeCloseTo(golden.spearman, 12);
});

test("Matthews' is scikit-learn's, of two classes and of five", () => {
  for (const { matrix, matthews } of golden.matthews) {
    expect(matthewsCorrelation(matrix)).toBeCloseTo(matthews, 12);
  }
});

test("what does not vary", () => {
  expect(pearsonCorrelation([1, 1, 1], [1, 2, 3])).toBeNaN();
  expect(
    matthewsCorrelation([
      [3, 0],
      [2, 0],
    ]),
  ).toBe(0);
  expect(() => pearsonCorrelation([1], [1, 2])).toThrow(/1 numbers can't be correlated with 2/);
});
