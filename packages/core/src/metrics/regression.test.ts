import { expect, test } from "vitest";
import { formulaValues } from "../testing/formula.js";
import { readGolden } from "../testing/golden.js";
import { regressionReport } from "./regression.js";

type Errors = { mae: number; rmse: number; r2: number };
const golden = readGolden<{
  truth: number[];
  weight: number[];
  plain: { regression: Errors; one: Errors };
  weighted: { regression: Errors; one: Errors };
}>(import.meta.url, "golden/reports.json");
const predictions = formulaValues("predictions", golden.truth.length, -2, 2);

test.each([
  ["plain", {}, golden.plain],
  ["weighted", { sampleWeight: golden.weight }, golden.weighted],
] as const)("%s errors of numbers are scikit-learn's", (_, weights, expected) => {
  const close = (errors: Errors) =>
    Object.fromEntries(
      Object.entries(errors).map(([key, value]) => [key, expect.closeTo(value, 6)]),
    );
  const both = { predictions, targets: golden.truth, numOutputs: 2, ...weights };
  expect(regressionReport(both)).toEqual(close(expected.regression));
  const first = (values: ArrayLike<number>) => Array.from(values).filter((_, i) => i % 2 === 0);
  const one = { predictions: first(predictions), targets: first(golden.truth), ...weights };
  expect(regressionReport(one)).toEqual(close(expected.one));
});

test("targets that do not vary have no R2, padding counts for nothing, wrong sizes are told", () => {
  expect(regressionReport({ predictions: [1, 2], targets: [2, 2] })).toEqual({
    mae: 0.5,
    rmse: Math.sqrt(0.5),
    r2: Number.NaN,
  });
  const padded = { predictions: [1, 3, Number.NaN], targets: [1, 2, 9], sampleWeight: [1, 1, 0] };
  expect(regressionReport(padded)).toEqual({ mae: 0.5, rmse: Math.sqrt(0.5), r2: -1 });
  expect(() => regressionReport({ predictions: [1], targets: [1, 2] })).toThrow(
    "1 predictions and 2 weights don't fit 2 targets of 1 outputs",
  );
});
