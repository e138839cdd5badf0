import { expect, test } from "vitest";
import { type RatePoint, suggestRate } from "./suggest-rate.js";

/** A point for each smoothed loss; rates are powers of ten to the quarter. */
const curveOf = (losses: readonly number[]): RatePoint[] =>
  losses.map((smoothed, i) => ({ rate: 10 ** (i / 4), loss: smoothed, smoothed }));

/** Flat, falling from the 10th to the 20th point, then rising. */
const losses = Array.from({ length: 40 }, (_, i) =>
  i < 10 ? 2 : i <= 20 ? 2 - (i - 10) * 0.1 : 1 + (i - 20) ** 2 * 0.05,
);

test("the valley is the middle of the fall", () => {
  const { valley, steepest } = suggestRate(curveOf(losses))!;
  // Of eleven falling points that end at the 20th, after 3 + 1 of them.
  expect(Math.log10(valley) * 4).toBeCloseTo(9 + 4, 9);
  expect(Math.log10(steepest) * 4).toBeGreaterThanOrEqual(10);
  expect(Math.log10(steepest) * 4).toBeLessThan(20);
});

test("the steepest place is where a stretch falls most, not a single noisy step", () => {
  const noisy = losses.map((loss, i) => (i === 5 ? 2.3 : i > 15 ? loss - 0.2 : loss));
  // From the 14th to the 17th point it falls by 0.2 more.
  const place = Math.log10(suggestRate(curveOf(noisy))!.steepest) * 4;
  expect(place).toBeGreaterThan(13.9);
  expect(place).toBeLessThan(17.1);
});

test("a bump inside a fall does not end the valley", () => {
  const bumpy = losses.map((loss, i) => (i === 14 ? loss + 0.3 : loss));
  expect(suggestRate(curveOf(bumpy))!.valley).toBeGreaterThan(10 ** 2.5);
});

test("where nothing falls, nothing is suggested", () => {
  expect(suggestRate(curveOf(losses.map((_, i) => i)))).toBeUndefined();
  expect(suggestRate([])).toBeUndefined();
  expect(suggestRate(curveOf([2, 1, 0.5]))).toBeUndefined();
});
