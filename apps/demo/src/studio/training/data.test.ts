import { expect, test } from "vitest";
import { dataOf } from "./data.js";

const names = ["b", "a", "c", "a"];
const shelf = { take: (ids: readonly number[]) => ids.map((id) => ({ name: names[id]! })) };
const classes = [
  { name: "two", ids: [0, 1] },
  { name: "10", ids: [2, 3] },
];

test("classes and pictures stand by their names, however they came", () => {
  expect(dataOf("pictures", classes, shelf)).toEqual({
    classes: ["10", "two"],
    samples: [
      { id: 3, name: "10/a", label: 0 },
      { id: 2, name: "10/c", label: 0 },
      { id: 1, name: "two/a", label: 1 },
      { id: 0, name: "two/b", label: 1 },
    ],
  });
});

test("texts stay in their table's order, and classes that are numbers stand by value", () => {
  const counted = classes.map(({ ids }, at) => ({ name: at === 0 ? "9" : "10", ids }));
  expect(dataOf("texts", counted, shelf)).toEqual({
    classes: ["9", "10"],
    samples: [
      { id: 0, name: "b", label: 0 },
      { id: 1, name: "a", label: 0 },
      { id: 2, name: "c", label: 1 },
      { id: 3, name: "a (2)", label: 1 },
    ],
  });
});
