import { expect, test } from "vitest";
import { judgedBy } from "./judged.js";

test("what was said is counted, and the surest mistakes come first", () => {
  const rows = [
    [3, 0],
    [0, 2],
    [0, 5],
    [1, 0],
  ].map((row) => Float32Array.from(row));
  const samples = [0, 0, 0, 1].map((label, at) => ({ id: 10 + at, label }));
  const judged = judgedBy(rows, samples, ["cat", "dog"]);
  expect(judged).toMatchObject({
    accuracy: 0.25,
    count: 4,
    guessing: 0.75,
    confusion: [
      [1, 2],
      [1, 0],
    ],
  });
  expect(judged.worst.map(({ id, truth, said }) => [id, truth, said])).toEqual([
    [12, "cat", "dog"],
    [11, "cat", "dog"],
    [13, "dog", "cat"],
  ]);
});
