import { softmax } from "@graft-ml/core";
import { mapMatrix } from "@graft-ml/core/linalg";
import { readGolden, worstDifference } from "@graft-ml/core/testing";
import { describe, expect, it } from "vitest";
import { labelShiftFromConfusion } from "./label-shift.js";
import { labelShiftFromProbabilities, reweightProbabilities } from "./label-shift-em.js";
import { formulaMatrix } from "./testing.js";

type BlackBox = { counts: number[]; target: number[]; weights: number[] };
type Ridged = { counts: number[]; ridge: number; target: number[] };
const golden = readGolden<{
  confusion: number[][];
  blackBox: BlackBox[];
  ridged: Ridged[];
  likeliest: { name: string; rows: number; source: number[]; target: number[] };
}>(import.meta.url, "golden/shift.json");
const { confusion, likeliest } = golden;

const classesOf = (counts: readonly number[]): number[] =>
  counts.flatMap((count, label) => new Array<number>(count).fill(label));

describe("label shift from a confusion matrix", () => {
  it.each(golden.blackBox)("of predictions $counts solves the paper's equation", (each) => {
    const found = labelShiftFromConfusion(confusion, { predicted: classesOf(each.counts) });
    expect(found.source).toEqual([0.5, 0.3, 0.2]);
    expect(worstDifference(found.target, each.target)).toBeLessThan(1e-12);
    expect(worstDifference(found.weights, each.weights)).toBeLessThan(1e-12);
  });

  it.each(golden.ridged)("with a ridge of $ridge is the least square", (each) => {
    const predicted = classesOf(each.counts);
    const found = labelShiftFromConfusion(confusion, { predicted, ridge: each.ridge });
    expect(worstDifference(found.target, each.target)).toBeLessThan(1e-12);
  });

  it("of shares that follow from the matrix finds them", () => {
    // Half of each class's counts, the last class three times as often.
    const counts = [0, 1, 2].map((label) => {
      return confusion[0]![label]! + confusion[1]![label]! + 3 * confusion[2]![label]!;
    });
    const found = labelShiftFromConfusion(confusion, { predicted: classesOf(counts) });
    const expected = [50 / 140, 30 / 140, 60 / 140];
    expect(worstDifference(found.target, expected)).toBeLessThan(1e-12);
  });

  it("refuses a singular matrix without a ridge, and what is no matrix of counts", () => {
    const alike = [
      [5, 5],
      [10, 10],
    ];
    expect(() => labelShiftFromConfusion(alike, { predicted: [0, 1] })).toThrow(/singular.*ridge/);
    const held = labelShiftFromConfusion(alike, { predicted: [0, 0, 1], ridge: 0.1 });
    expect(worstDifference(held.target, [1 / 3, 2 / 3])).toBeLessThan(1e-12);
    const given = (matrix: number[][], predicted: number[], ridge?: number) => () =>
      labelShiftFromConfusion(matrix, ridge === undefined ? { predicted } : { predicted, ridge });
    expect(
      given(
        [
          [1, 0],
          [0, 0],
        ],
        [0],
      ),
    ).toThrow("The class 1 has no held-out samples");
    expect(given([[1, 0], [1]], [0])).toThrow("Row 1 of the confusion matrix is [1], not 2 counts");
    expect(
      given(
        [
          [1, 0],
          [-1, 3],
        ],
        [0],
      ),
    ).toThrow("Row 1");
    expect(given([[1]], [0])).toThrow("two classes or more, not of 1");
    expect(given(confusion, [3])).toThrow("predicted class 3 is outside the 3 classes");
    expect(given(confusion, [])).toThrow("no predictions");
    expect(given(confusion, [0], -1)).toThrow("0 or above, not -1");
  });
});

describe("label shift from probabilities", () => {
  const { name, rows, source, target } = likeliest;
  const logits = mapMatrix(formulaMatrix(name, [rows, 3], [-3, 3]), (value, _, column) => {
    return value + [0.3, 0, 0.3][column]!;
  });
  const probabilities = {
    ...logits,
    data: Float64Array.from(softmax(logits.data, { numClasses: 3 })),
  };

  it("finds the shares of the highest likelihood", () => {
    const found = labelShiftFromProbabilities(probabilities, { source, tolerance: 1e-10 });
    expect(found.converged).toBe(true);
    expect(worstDifference(found.target, target)).toBeLessThan(1e-6);
    expect(found.weights).toEqual(found.target.map((share, at) => share / source[at]!));
  });

  it("is where the mean of the reweighted rows stays", () => {
    const found = labelShiftFromProbabilities(probabilities, { source, tolerance: 1e-12 });
    const { data } = reweightProbabilities(probabilities, found.weights);
    const means = [0, 1, 2].map((label) => {
      return data.reduce((sum, x, at) => (at % 3 === label ? sum + x / rows : sum), 0);
    });
    expect(worstDifference(means, found.target)).toBeLessThan(1e-10);
  });

  it("says where it ended too early, and counts sure rows", () => {
    const short = labelShiftFromProbabilities(probabilities, { source, maxSteps: 2 });
    expect(short).toMatchObject({ steps: 2, converged: false });
    const sure = { rows: 4, columns: 2, data: Float64Array.of(1, 0, 1, 0, 1, 0, 0, 1) };
    const counted = labelShiftFromProbabilities(sure, { source: [1, 1] });
    expect(counted).toMatchObject({ source: [0.5, 0.5], target: [0.75, 0.25], converged: true });
  });

  it("refuses what are no probabilities or shares", () => {
    const shares = { source: [1, 1, 1] };
    expect(() => labelShiftFromProbabilities(logits, shares)).toThrow(
      "Row 0 of the probabilities is no",
    );
    expect(() => labelShiftFromProbabilities(probabilities, { source: [1, 0, 1] })).toThrow(
      "3 numbers above 0, not [1,0,1]",
    );
    expect(() => labelShiftFromProbabilities(probabilities, { source: [1, 1] })).toThrow(
      "3 numbers",
    );
    expect(() => reweightProbabilities(probabilities, [1])).toThrow("3 classes have 1 weights");
  });
});
