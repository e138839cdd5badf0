import fc from "fast-check";
import { expect, test } from "vitest";
import { readGolden } from "../testing/golden.js";
import { leaveGroupsOut, stratifiedFolds } from "./folds.js";

const golden = readGolden<{
  labels: number[];
  folds: number;
  stratified: number[][];
  fewGroups: number[];
  leaveTwoGroupsOut: number[][];
}>(import.meta.url, "golden/splits.json");
const { labels } = golden;

test("every fold holds as many of each label as scikit-learn's", () => {
  const counts = stratifiedFolds(labels, { folds: golden.folds, seed: 3 }).map(({ validation }) =>
    [0, 1, 2, 3].map((label) => validation.filter((index) => labels[index] === label).length),
  );
  // scikit-learn counts labels from their first appearance, so which fold gets the odd one differs.
  const columns = (rows: number[][]) =>
    [0, 1, 2, 3].map((label) => rows.map((row) => row[label]!).sort((a, b) => a - b));
  expect(columns(counts)).toEqual(columns(golden.stratified));
});

test("each sample is validated once and trained on in all other folds, evenly, for any labels", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 4 }), { minLength: 2, maxLength: 60 }),
      fc.nat({ max: 6 }),
      (classes, more) => {
        const folds = stratifiedFolds(classes, {
          folds: Math.min(2 + more, classes.length),
          seed: 1,
        });
        const spread = (of: (fold: readonly number[]) => number) => {
          const values = folds.map(({ validation }) => of(validation));
          return Math.max(...values) - Math.min(...values);
        };
        expect(spread((fold) => fold.length)).toBeLessThanOrEqual(1);
        for (const label of new Set(classes)) {
          const count = (fold: readonly number[]) =>
            fold.filter((i) => classes[i] === label).length;
          expect(spread(count)).toBeLessThanOrEqual(1);
        }
        const all = [...classes.keys()];
        expect(folds.flatMap(({ validation }) => validation).sort((a, b) => a - b)).toEqual(all);
        for (const { train, validation } of folds) {
          expect([...train, ...validation].sort((a, b) => a - b)).toEqual(all);
        }
      },
    ),
  );
});

test("the seed decides which samples, and nothing else", () => {
  const folds = (seed: number) => stratifiedFolds(labels, { folds: 4, seed });
  expect(folds(1)).toEqual(folds(1));
  expect(folds(1)).not.toEqual(folds(2));
});

test("groups are left out in scikit-learn's order", () => {
  const left = [...leaveGroupsOut(golden.fewGroups, { out: 2 })];
  expect(left.map(({ validation }) => validation)).toEqual(golden.leaveTwoGroupsOut);
  expect(left[0]?.train).toEqual([1, 5, 6, 7]);
});

test("a group for each sample leaves one sample out", () => {
  const left = [...leaveGroupsOut([0, 1, 2])];
  expect(left.map(({ validation }) => validation)).toEqual([[0], [1], [2]]);
});

test("what can't be divided is told", () => {
  expect(() => stratifiedFolds([1, 1], { folds: 3, seed: 0 })).toThrow("3 folds of 2 samples");
  expect(() => stratifiedFolds([1, 1], { folds: 1, seed: 0 })).toThrow("1 folds of 2 samples");
  expect(() => [...leaveGroupsOut([0, 1], { out: 2 })]).toThrow("Can't leave 2 of 2 groups out");
});
