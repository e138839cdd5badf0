import { expect, test } from "vitest";
import { accuracy } from "../metrics.js";
import { uniformValues } from "../random.js";
import { formulaValues } from "../testing/formula.js";
import { readGolden } from "../testing/golden.js";
import { worstDifference } from "../testing/worst-difference.js";
import { reliability } from "./reliability.js";
import { fitTemperature, softmax } from "./temperature.js";

type Results = {
  temperature: { temperature: number; lossBefore: number; lossAfter: number };
  calibration: { expected: number; maximum: number };
};
const golden = readGolden<{
  labels: number[];
  numClasses: number;
  weight: number[];
  plain: Results;
  weighted: Results;
}>(import.meta.url, "golden/reports.json");
const { labels, numClasses, weight } = golden;
const logits = formulaValues("logits", labels.length * numClasses, -6, 6);

const cases = [
  ["plain", {}, golden.plain],
  ["weighted", { sampleWeight: weight }, golden.weighted],
] as const;

test.each(cases)(
  "%s: the temperature is where scipy finds the least loss",
  (_, weights, expected) => {
    const found = fitTemperature({ scores: logits, labels, numClasses, ...weights });
    const { temperature, lossBefore, lossAfter } = expected.temperature;
    expect(found.temperature).toBeCloseTo(temperature, 4);
    expect(found.lossBefore).toBeCloseTo(lossBefore, 5);
    expect(found.lossAfter).toBeCloseTo(lossAfter, 6);
  },
);

test.each(cases)("%s: calibration errors by the formulas of the paper", (_, weights, expected) => {
  const scores = softmax(logits, { numClasses, temperature: 3 });
  const {
    expected: ece,
    maximum,
    bins,
  } = reliability({
    scores,
    labels,
    numClasses,
    bins: 10,
    ...weights,
  });
  expect(ece).toBeCloseTo(expected.calibration.expected, 6);
  expect(maximum).toBeCloseTo(expected.calibration.maximum, 6);
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  const right = bins.reduce((sum, bin) => sum + (bin.count > 0 ? bin.count * bin.accuracy : 0), 0);
  expect(right / total).toBeCloseTo(accuracy({ scores, labels, numClasses, ...weights }), 6);
});

test("bins hold confidences above their lower end, up to their upper", () => {
  const scores = [0.5, 0.5, 0.75, 0.25, 1, 0];
  const { bins, expected } = reliability({ scores, labels: [0, 1, 0], numClasses: 2, bins: 4 });
  expect(bins.map(({ count }) => count)).toEqual([0, 1, 1, 1]);
  expect(bins[0]!.accuracy).toBeNaN();
  expect(expected).toBeCloseTo((0.5 + 0.75 + 0) / 3, 12);
});

test("logits made three times too large are found out, and their calibration error falls", () => {
  const count = 1000;
  const fair = formulaValues("fair", count * 3, -2, 2);
  const chances = softmax(fair, { numClasses: 3 });
  const drawn = uniformValues({ seed: 1, site: "labels" }, count);
  const classes = Array.from(drawn, (u, row) => {
    const [a, b] = [chances[row * 3]!, chances[row * 3 + 1]!];
    return u < a ? 0 : u < a + b ? 1 : 2;
  });
  const sure = fair.map((value) => 3 * value);
  const { temperature } = fitTemperature({ scores: sure, labels: classes, numClasses: 3 });
  expect(Math.abs(temperature - 3)).toBeLessThan(0.4);
  const error = (t: number) => {
    const scores = softmax(sure, { numClasses: 3, temperature: t });
    return reliability({ scores, labels: classes, numClasses: 3 }).expected;
  };
  expect(error(1)).toBeGreaterThan(0.15);
  expect(error(temperature)).toBeLessThan(0.05);
});

test("where the loss falls without end the temperature stops at its limits", () => {
  const scores = [3, 0, 0, 3];
  expect(fitTemperature({ scores, labels: [0, 1], numClasses: 2 }).temperature).toBeCloseTo(
    0.01,
    6,
  );
  expect(fitTemperature({ scores, labels: [1, 0], numClasses: 2 }).temperature).toBeCloseTo(100, 2);
});

test("softmax keeps its digits far from 0", () => {
  const chances = softmax([1000, 999, -1000, 0, 0, 0], { numClasses: 3 });
  const sure = 1 / (1 + Math.exp(-1));
  expect(worstDifference(chances, [sure, 1 - sure, 0, 1 / 3, 1 / 3, 1 / 3])).toBeLessThan(1e-7);
});
