import { expect, test } from "vitest";
import { readGolden } from "../testing/golden.js";
import { worstDifference } from "../testing/worst-difference.js";
import { at } from "./optimizer.js";
import {
  cosineSchedule,
  inSequence,
  linearSchedule,
  oneCycleSchedule,
  warmUp,
} from "./schedule.js";

const golden = readGolden<{ rates: Record<string, number[]> }>(
  import.meta.url,
  "golden/optim.json",
);

test.each([
  ["linear", linearSchedule({ from: 0.1, to: 0.02, steps: 8 })],
  ["cosine", cosineSchedule({ from: 0.1, to: 0.01, steps: 11 })],
  ["one-cycle", oneCycleSchedule({ peak: 0.1, steps: 12 })],
  ["warm-cosine", warmUp({ steps: 4, schedule: cosineSchedule({ from: 0.1, steps: 8 }) })],
] as const)("%s gives torch's rates", (name, schedule) => {
  const expected = golden.rates[name] ?? [];
  expect(expected.length).toBe(12);
  expect(
    worstDifference(
      expected.map((_, step) => schedule(step)),
      expected,
    ),
  ).toBeLessThan(1e-12);
});

test("after their steps, schedules stay at the last rate", () => {
  expect(linearSchedule({ from: 1, to: 0.5, steps: 4 })(100)).toBe(0.5);
  expect(cosineSchedule({ from: 1, to: 0.5, steps: 4 })(100)).toBe(0.5);
  expect(oneCycleSchedule({ peak: 1, steps: 10 })(100)).toBeCloseTo(1 / 25 / 1e4, 12);
});

test("a cycle too short to climb starts at its peak", () => {
  expect([0, 1, 2].map(oneCycleSchedule({ peak: 1, steps: 3 }))[0]).toBe(1);
});

test("a sequence counts each part from its own start", () => {
  const schedule = inSequence(
    [
      { steps: 2, schedule: 5 },
      { steps: 2, schedule: (step) => step },
    ],
    (step) => 10 + step,
  );
  expect([0, 1, 2, 3, 4, 5].map(schedule)).toEqual([5, 5, 0, 1, 10, 11]);
  expect(at(0.25, 3)).toBe(0.25);
});

test("a schedule of no steps is refused", () => {
  expect(() => cosineSchedule({ from: 1, steps: 0 })).toThrow(/"cosine" has 0 steps/);
});
