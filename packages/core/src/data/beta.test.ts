import { expect, test } from "vitest";
import { betaValues } from "./beta.js";

const COUNT = 20_000;

test.each([0.05, 0.2, 1, 3])("Beta(%f, same) has its mean, variance and symmetry", (alpha) => {
  const values = betaValues({ seed: 1, site: "beta" }, COUNT, alpha);
  const mean = values.reduce((a, b) => a + b, 0) / COUNT;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / COUNT;
  const expected = 1 / (4 * (2 * alpha + 1));
  expect(Math.abs(mean - 0.5)).toBeLessThan(3 * Math.sqrt(expected / COUNT));
  expect(variance).toBeCloseTo(expected, 2);
  expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
});

test("Beta(1, 1) is uniform", () => {
  const sorted = betaValues({ seed: 2, site: "beta" }, COUNT, 1).sort();
  const gap = sorted.reduce((worst, value, i) => Math.max(worst, Math.abs(value - i / COUNT)), 0);
  // Kolmogorov and Smirnov: 1.63 / sqrt(n) is passed by chance once in a hundred.
  expect(gap).toBeLessThan(1.63 / Math.sqrt(COUNT));
});

test("draws belong to their place: fewer of them are the same ones", () => {
  const draw = { seed: 3, step: 7, site: "beta" };
  expect(betaValues(draw, 5, 0.3)).toEqual(betaValues(draw, 50, 0.3).slice(0, 5));
  expect(betaValues(draw, 5, 0.3)).not.toEqual(betaValues({ ...draw, step: 8 }, 5, 0.3));
});
