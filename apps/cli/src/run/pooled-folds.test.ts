import type { QuestionDataset, TextTable } from "@graft-ml/nlp/node";
import { expect, test } from "vitest";
import { pooledFolds } from "./pooled-folds.js";

const parts = { root: "data", validation: [], test: [], skipped: [], notes: [] };
const table = (task: TextTable["task"], targets: readonly number[]): TextTable => ({
  ...parts,
  task,
  names: ["one"],
  train: targets.map((target, i) => ({ name: `t${i}`, text: `${i}`, targets: [target] })),
});

test("answers stand in the samples' order, and thresholds are the folds' means", () => {
  const fold = (name: string, threshold: number) => ({
    task: "text-labels" as const,
    on: "validation" as const,
    thresholds: [threshold],
    predictions: [{ name, loss: 1, truth: [], scores: [0.5] }],
  });
  const folds = [fold("t1", 0.25), fold("t0", 0.75)];
  const pooled = pooledFolds(folds, table("multi-label", [0, 1]));
  expect(pooled).toMatchObject({ task: "text-labels", on: "held-out", thresholds: [0.5] });
  expect(pooled.predictions.map(({ name }) => name)).toEqual(["t0", "t1"]);
});

test("numbers have the scale of all that the last model learned from", () => {
  const scale = { mean: [99], std: [99] };
  const pooled = pooledFolds(
    [{ task: "text-numbers", on: "validation", scale, predictions: [] }],
    table("regression", [1, 3]),
  );
  expect(pooled).toMatchObject({ scale: { mean: [2], std: [1] } });
});

test('a threshold for "no answer" is the mean of those that there are', () => {
  const data: QuestionDataset = { ...parts, task: "qa", train: [] };
  const fold = { task: "qa", on: "validation", predictions: [] } as const;
  const chosen = pooledFolds(
    [{ ...fold, noAnswerThreshold: 1 }, fold, { ...fold, noAnswerThreshold: 2 }],
    data,
  );
  expect(chosen).toEqual({ task: "qa", on: "held-out", predictions: [], noAnswerThreshold: 1.5 });
  expect(pooledFolds([fold, fold], data)).not.toHaveProperty("noAnswerThreshold");
});
