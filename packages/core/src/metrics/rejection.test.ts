import { expect, test } from "vitest";
import { chooseRejection, riskCoverage } from "./rejection.js";

/** Two classes; confidences 0.9, 0.8, 0.8, 0.7, 0.6, right but for the second and the last. */
const input = {
  scores: [0.9, 0.1, 0.8, 0.2, 0.2, 0.8, 0.3, 0.7, 0.6, 0.4],
  labels: [0, 1, 1, 1, 1],
  numClasses: 2,
};

test("risk at every coverage, equal confidences together", () => {
  const { points, area } = riskCoverage(input);
  expect(points).toEqual([
    { threshold: 0.9, coverage: 0.2, precision: 1 },
    { threshold: 0.8, coverage: 0.6, precision: 2 / 3 },
    { threshold: 0.7, coverage: 0.8, precision: 0.75 },
    { threshold: 0.6, coverage: 1, precision: 0.6 },
  ]);
  expect(area).toBeCloseTo(0.2 * 0 + 0.4 / 3 + 0.2 * 0.25 + 0.2 * 0.4, 12);
});

test("a wanted precision takes as much as it can, a wanted coverage as sure as it can", () => {
  const curve = riskCoverage(input);
  expect(chooseRejection(curve, { precision: 0.7 })?.threshold).toBe(0.7);
  expect(chooseRejection(curve, { precision: 0.95 })?.threshold).toBe(0.9);
  expect(chooseRejection(curve, { coverage: 0.8 })?.threshold).toBe(0.7);
  expect(chooseRejection(curve, { coverage: 0.61 })?.threshold).toBe(0.7);
  expect(chooseRejection(curve, { coverage: 1 })?.threshold).toBe(0.6);
});

test("a precision that no threshold gives is not promised", () => {
  const wrong = riskCoverage({ ...input, labels: [1, 1, 1, 1, 1] });
  expect(chooseRejection(wrong, { precision: 0.9 })).toBeUndefined();
});

test("weights count, and padding does not", () => {
  const sampleWeight = [1, 0, 3, 0, 1];
  expect(riskCoverage({ ...input, sampleWeight }).points).toEqual([
    { threshold: 0.9, coverage: 0.2, precision: 1 },
    { threshold: 0.8, coverage: 0.8, precision: 1 },
    { threshold: 0.6, coverage: 1, precision: 0.8 },
  ]);
});
