import { expect, test } from "vitest";
import { readGolden } from "../testing/golden.js";
import { bestThreshold } from "./average-precision.js";
import { bestThresholds, multiLabelReport } from "./multi-label.js";

type Results = {
  multiLabel: Record<"meanAveragePrecision" | "microF1" | "macroF1" | "exactMatch", number> &
    Record<"precision" | "recall" | "f1" | "support" | "averagePrecision" | "bestF1", number[]>;
};
const golden = readGolden<{
  scores: number[];
  targets: number[];
  numLabels: number;
  weight: number[];
  plain: Results;
  weighted: Results;
}>(import.meta.url, "golden/reports.json");
const { scores, targets, numLabels, weight } = golden;

const close = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 6));

test.each([
  ["plain", {}, golden.plain.multiLabel],
  ["weighted", { sampleWeight: weight }, golden.weighted.multiLabel],
] as const)("%s scores of several labels are scikit-learn's", (_, weights, expected) => {
  const input = { scores, targets, numLabels, ...weights };
  const { labels, ...whole } = multiLabelReport(input);
  const { meanAveragePrecision, microF1, macroF1, exactMatch } = expected;
  expect(Object.values(whole)).toEqual(close([meanAveragePrecision, microF1, macroF1, exactMatch]));
  for (const key of ["precision", "recall", "f1", "support", "averagePrecision"] as const) {
    expect(labels.map((label) => label[key])).toEqual(close(expected[key]));
  }
  const thresholds = bestThresholds(input);
  const tuned = multiLabelReport({ ...input, thresholds }).labels.map(({ f1 }) => f1);
  expect(tuned).toEqual(close(expected.bestF1));
});

test("labels that never occur are left out of the mean average precision", () => {
  const report = multiLabelReport({
    scores: [0.9, 0.1, 0.2, 0.3],
    targets: [1, 0, 0, 0],
    numLabels: 2,
  });
  expect(report.meanAveragePrecision).toBe(1);
  expect(report.labels[1]).toMatchObject({ f1: 0, support: 0 });
  expect(report.labels[1]!.averagePrecision).toBeNaN();
  expect(report.exactMatch).toBe(1);
});

test("the best threshold is a score that occurs, the highest of equals", () => {
  expect(bestThreshold({ scores: [0.9, 0.8, 0.3, 0.1], targets: [1, 1, 0, 0] })).toEqual({
    threshold: 0.8,
    f1: 1,
  });
  expect(bestThreshold({ scores: [0.9, 0.8], targets: [0, 0] })).toEqual({ threshold: 0.5, f1: 0 });
});

test("sizes that do not fit are told", () => {
  expect(() => multiLabelReport({ scores: [1, 2, 3], targets: [1, 0, 1], numLabels: 2 })).toThrow(
    "3 scores, 3 targets and 1.5 weights don't fit rows of 2 labels",
  );
});
