import { expect, test } from "vitest";
import { mostConfused } from "./confused.js";

const matrix = [
  [5, 2, 0],
  [3, 4, 1],
  [0, 0, 9],
];

test("mistakes come most frequent first, and what is right is none", () => {
  expect(mostConfused(matrix, ["cat", "dog", "eel"])).toEqual([
    { truth: "dog", predicted: "cat", count: 3 },
    { truth: "cat", predicted: "dog", count: 2 },
    { truth: "dog", predicted: "eel", count: 1 },
  ]);
  expect(mostConfused(matrix, ["cat", "dog", "eel"], 1)).toHaveLength(1);
});
