import { expect, test } from "vitest";
import { dataCheck } from "./data-check.js";

const sample = (id: number, label: number) => ({ id, name: `t:${id}`, label });
const copies = (first: number, second: number, acrossClasses: boolean) => ({
  samples: [first, second].map((id) => ({ ...sample(id, 0), part: "train" as const })),
  exact: true,
  acrossClasses,
  acrossParts: false,
});

test("samples are counted by class and part, and copies in doubt come first", () => {
  const split = {
    train: [0, 1, 2].map((id) => sample(id, id % 2)),
    validation: [sample(3, 1), sample(4, 1)],
  };
  const check = dataCheck({
    ...{ classes: ["a", "b"], split, leftOut: [{ name: "x.txt", reason: "is not a picture" }] },
    copies: [copies(0, 2, false), copies(3, 4, true)],
  });
  expect(check).toMatchObject({
    ...{ train: [2, 1], validation: [0, 2], test: [0, 0] },
    skipped: [{ name: "x.txt", reason: "is not a picture" }],
    split: { validation: ["t:3", "t:4"], leftOut: [] },
  });
  expect(check.copies.map((one) => one.samples)).toEqual([
    [
      { name: "t:3", part: "validation" },
      { name: "t:4", part: "validation" },
    ],
    [
      { name: "t:0", part: "train" },
      { name: "t:2", part: "train" },
    ],
  ]);
});
