import { expect, test } from "vitest";
import { readGolden } from "../../testing/golden.js";
import { fitProcess } from "./assume.js";
import { condition, expectAt, expectedImprovement } from "./regression.js";

const golden = readGolden<{
  lengths: number[];
  noise: number;
  points: number[][];
  values: number[];
  asked: number[][];
  means: number[];
  deviations: number[];
  improvements: number[];
  logLikelihood: number;
}>(import.meta.url, "golden/process.json");
const points = golden.points.map((row) => Float64Array.from(row));
const process = condition(points, golden.values, golden)!;

test("posterior, improvement and likelihood are those of the textbook's equations in numpy", () => {
  const least = Math.min(...golden.values);
  expect(process.logLikelihood).toBeCloseTo(golden.logLikelihood, 8);
  for (const [at, row] of golden.asked.entries()) {
    const expected = expectAt(process, Float64Array.from(row));
    expect(expected.mean).toBeCloseTo(golden.means[at]!, 9);
    expect(expected.deviation).toBeCloseTo(golden.deviations[at]!, 9);
    expect(expectedImprovement(expected, least)).toBeCloseTo(golden.improvements[at]!, 9);
  }
});

test("a fitted process is no less likely than where its search began", () => {
  const fitted = fitProcess(points, golden.values, [0, 1, 2]);
  const begun = condition(points, golden.values, { lengths: [0.5, 0.5, 0.5], noise: 1e-4 })!;
  expect(fitted.logLikelihood).toBeGreaterThan(begun.logLikelihood);
});

test("points that repeat are told apart by noise alone", () => {
  const twice = [points[0]!, points[0]!];
  expect(condition(twice, [1, -1], { lengths: [1, 1, 1], noise: 0 })).toBeUndefined();
  const process = condition(twice, [1, -1], { lengths: [1, 1, 1], noise: 0.1 })!;
  expect(expectAt(process, points[0]!).mean).toBeCloseTo(0, 12);
});
