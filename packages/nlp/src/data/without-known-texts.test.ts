import type { Copies } from "@graft-ml/core";
import { expect, test } from "vitest";
import type { LabelledText, TextDataset } from "./dataset.js";
import { withoutKnownTexts } from "./without-known-texts.js";

const text = (name: string, group?: string): LabelledText => ({
  name,
  text: name,
  label: 0,
  ...(group === undefined ? {} : { group }),
});
const dataset: TextDataset = {
  task: "classes",
  classes: ["a"],
  root: "data",
  train: [text("t1"), text("t2"), text("t3", "g")],
  validation: [text("v1"), text("v2")],
  test: [text("x1"), text("x2", "g")],
  skipped: [],
  notes: [],
};
const copies = (...names: string[]): Copies => ({
  samples: names.map((name) => ({ ...text(name), part: "train" })),
  exact: true,
  acrossClasses: false,
  acrossParts: true,
});

test("what a part that scores it knows is left out of a part, and told", () => {
  const found = withoutKnownTexts(dataset, { copies: [copies("t1", "v1"), copies("v2", "x1")] });
  expect(found.train.map(({ name }) => name)).toEqual(["t2"]);
  expect(found.validation.map(({ name }) => name)).toEqual(["v1"]);
  expect(found.test).toBe(dataset.test);
  expect(found.skipped).toEqual([
    { name: "t1", reason: "a copy of v1 in the validation set" },
    { name: "t3", reason: "of one group with x2 in the test set" },
    { name: "v2", reason: "a copy of x1 in the test set" },
  ]);
});

test("where no training text is left that is an error", () => {
  const known = [copies("t1", "x1"), copies("t2", "v1")];
  expect(() => withoutKnownTexts(dataset, { copies: known })).toThrow(
    "Every training text of data has a copy, or one of its group",
  );
});
