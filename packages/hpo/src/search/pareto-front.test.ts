import { expect, test } from "vitest";
import type { FinishedTrial } from "../trial.js";
import { paretoFront } from "./pareto-front.js";

const trial = (number: number, ...values: number[]): FinishedTrial => ({
  number,
  params: {},
  state: values.length > 0 ? "complete" : "failed",
  values,
  reports: [],
});

test("what nothing is better than in every respect, equals included", () => {
  const trials = [
    trial(0, 1, 5),
    trial(1, 2, 2),
    trial(2, 3, 3),
    trial(3, 2, 2),
    trial(4),
    trial(5, 5, 1),
  ];
  const numbers = (...directions: ("minimize" | "maximize")[]) =>
    paretoFront(trials, directions).map(({ number }) => number);
  expect(numbers("minimize", "minimize")).toEqual([0, 1, 3, 5]);
  expect(numbers("maximize", "maximize")).toEqual([0, 2, 5]);
  expect(numbers("minimize", "maximize")).toEqual([0]);
  expect(numbers("maximize", "minimize")).toEqual([5]);
});
