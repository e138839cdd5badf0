import { expect, test } from "vitest";
import { createDraws } from "./draws.js";

const take = (at: Parameters<typeof createDraws>[0], count: number): number[] => {
  const draws = createDraws(at);
  return Array.from({ length: count }, draws.uniform);
};

test("draws are fixed by seed, epoch and index, and differ when one of them does", () => {
  const at = { seed: 3, epoch: 1, index: 7 };
  const first = take(at, 9);
  expect(take(at, 9)).toEqual(first);
  expect(new Set(first).size).toBe(9);
  for (const other of [{ seed: 4 }, { epoch: 2 }, { index: 8 }, { seed: 3 + 2 ** 32 }]) {
    expect(take({ ...at, ...other }, 9)).not.toEqual(first);
  }
});

test("draws are uniform: mean, variance and ranges of 20,000", () => {
  const values = take({ seed: 1, epoch: 0, index: 0 }, 20000);
  const mean = values.reduce((a, b) => a + b) / values.length;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
  expect(mean).toBeCloseTo(0.5, 2);
  expect(variance).toBeCloseTo(1 / 12, 2);
  const draws = createDraws({ seed: 2, epoch: 0, index: 0 });
  const dice = new Set(Array.from({ length: 500 }, () => draws.below(6)));
  expect([...dice].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  const ranged = Array.from({ length: 500 }, () => draws.between(-2, 3));
  expect(Math.min(...ranged)).toBeGreaterThanOrEqual(-2);
  expect(Math.max(...ranged)).toBeLessThan(3);
});
