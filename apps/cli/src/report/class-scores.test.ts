import { expect, test } from "vitest";
import { classScores } from "./class-scores.js";

test("precision, recall and F1 of each class, the worst first", () => {
  const matrix = [
    [8, 2, 0],
    [1, 4, 0],
    [0, 0, 0],
  ];
  const scores = classScores(matrix, ["a", "b", "never"]);
  expect(scores.map(({ name }) => name)).toEqual(["b", "a", "never"]);
  expect(scores[0]).toEqual({
    name: "b",
    count: 5,
    precision: 4 / 6,
    recall: 0.8,
    f1: 8 / 11,
    takenFor: { name: "a", count: 1 },
  });
  expect(scores[2]).toMatchObject({ count: 0, recall: Number.NaN, takenFor: undefined });
});
