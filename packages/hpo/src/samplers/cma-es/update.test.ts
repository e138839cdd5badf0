import { expect, test } from "vitest";
import { readGolden } from "../../testing/golden.js";
import { strategyOf } from "./strategy.js";
import { roundAbout, update, whiten } from "./update.js";

const golden = readGolden<{
  dimension: number;
  lambda: number;
  weights: number[];
  generations: { points: number[][]; mean: number[]; sigma: number; covariance: number[][] }[];
}>(import.meta.url, "golden/update.json");
const strategy = strategyOf(golden.dimension, golden.lambda);

test("weights are those of the tutorial's equations in numpy", () => {
  for (const [at, weight] of strategy.weights.entries()) {
    expect(weight).toBeCloseTo(golden.weights[at]!, 12);
  }
});

test("three generations are those of the tutorial's equations in numpy", () => {
  let distribution = roundAbout(new Float64Array(golden.dimension).fill(0.5), 0.2);
  for (const { points, mean, sigma, covariance } of golden.generations) {
    const ranked = points.map((row) => Float64Array.from(row));
    distribution = update(distribution, ranked, strategy);
    expect(distribution.sigma).toBeCloseTo(sigma, 11);
    for (let i = 0; i < golden.dimension; i++) {
      expect(distribution.mean[i]).toBeCloseTo(mean[i]!, 11);
      for (let j = 0; j < golden.dimension; j++) {
        expect(distribution.covariance.get(i, j)).toBeCloseTo(covariance[i]![j]!, 10);
      }
    }
  }
  // What is round in one set of coordinates is the covariance in the other.
  const step = Float64Array.of(0.3, -1, 0.2, 2);
  const back = whiten(distribution, step);
  const square = back.reduce((sum, x) => sum + x * x, 0);
  const { covariance } = distribution;
  expect(square).toBeGreaterThan(0);
  expect(covariance.isSymmetric()).toBe(true);
});
