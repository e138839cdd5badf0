import { expect, test } from "vitest";
import { integrate } from "./integrate.js";

/** The integrals of 3 x^2 and of exp(x) from 0 to 1 are 1 and e - 1. */
const total = 1 + Math.E - 1;

async function integrated(options: { steps: number; tolerance: number; maxSteps: number }) {
  const seen: number[] = [];
  const integral = await integrate(
    async (portions) => {
      seen.push(...portions);
      const sum = (f: (x: number) => number) => portions.reduce((all, x) => all + f(x), 0);
      return Float64Array.of(
        sum((x) => 3 * x * x),
        sum(Math.exp),
      );
    },
    { total, ...options },
  );
  return { ...integral, seen };
}

test("the midpoint rule, with what is missing told", async () => {
  const { values, gap, steps, seen } = await integrated({ steps: 4, tolerance: 1, maxSteps: 300 });
  expect(seen).toEqual([0.125, 0.375, 0.625, 0.875]);
  expect(steps).toBe(4);
  // The rule's error on x^2 is a twelfth of the squared step.
  expect(values[0]).toBeCloseTo(1 - 3 / 12 / 16, 12);
  expect(gap).toBeCloseTo(values[0]! + values[1]! - total, 12);
});

test("points are added, none twice, until the gap is small enough", async () => {
  const { values, gap, steps, seen } = await integrated({
    steps: 4,
    tolerance: 1e-3,
    maxSteps: 300,
  });
  expect(steps).toBe(36);
  expect(seen).toHaveLength(36);
  const sorted = seen.toSorted((a, b) => a - b);
  for (const [at, x] of sorted.entries()) expect(x).toBeCloseTo((at + 0.5) / 36, 12);
  expect(values[1]).toBeCloseTo(Math.E - 1, 3);
  expect(Math.abs(gap)).toBeLessThan(1e-3);
});

test("no more points than allowed", async () => {
  const { steps, gap } = await integrated({ steps: 4, tolerance: 0, maxSteps: 35 });
  expect(steps).toBe(12);
  expect(Math.abs(gap)).toBeGreaterThan(0);
});
