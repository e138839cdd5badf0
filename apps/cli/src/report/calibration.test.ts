import { expect, test } from "vitest";
import { calibrationOf } from "./calibration.js";
import { spread } from "./spread.js";
import { prediction } from "./testing.js";

test("the error is the gap of each stretch by its share of the predictions", () => {
  const found = calibrationOf([
    prediction("a", "a", 0.95),
    prediction("a", "b", 0.95),
    prediction("a", "a", 0.65),
    prediction("b", "b", 0.65),
  ]);
  // Half of them are 0.95 sure and half right, half 0.65 sure and all right.
  expect(found.error).toBeCloseTo(0.5 * 0.45 + 0.5 * 0.35, 12);
  expect([found.confidence, found.accuracy]).toEqual([expect.closeTo(0.8, 12), 0.75]);
  expect(found.bins.map(({ low, count }) => [low, count])).toEqual([
    [0.6, 2],
    [0.9, 2],
  ]);
});

test("a share of few samples is uncertain, and stays between 0 and 1", () => {
  // Wilson's interval for 8 of 10, as in Agresti and Coull 1998.
  expect(spread(0.8, 10)).toEqual({ low: expect.closeTo(0.49, 2), high: expect.closeTo(0.943, 3) });
  expect(spread(1, 5).high).toBeLessThanOrEqual(1);
});
