import { expect, test } from "vitest";
import { inOrder } from "./in-order.js";

const names = ["b", "a", "c", "a"];
const shelf = { take: (ids: readonly number[]) => ids.map((id) => ({ name: names[id]! })) };
const classes = [
  { name: "two", ids: [0, 1] },
  { name: "one", ids: [2, 3] },
];

test("classes and pictures stand by their names, however they came", () => {
  expect(inOrder("pictures", classes, shelf)).toEqual([
    { name: "one", ids: [3, 2] },
    { name: "two", ids: [1, 0] },
  ]);
});

test("texts stay in their table's order", () => {
  expect(inOrder("texts", classes, shelf)).toEqual([
    { name: "one", ids: [2, 3] },
    { name: "two", ids: [0, 1] },
  ]);
});
