import { createClusters } from "@graft-ml/core";
import { expect, test } from "vitest";
import { splitIds } from "./split.js";

const ids = (from: number, count: number) => Array.from({ length: count }, (_, at) => from + at);
const classes = [
  { name: "cat", ids: ids(0, 10) },
  { name: "dog", ids: ids(50, 20) },
];

test("a fifth of each class judges, the same for the same seed", () => {
  const split = splitIds(classes, createClusters(30), 3);
  const labels = split.validation.map(({ label }) => label);
  expect([split.train.length, labels.filter((label) => label === 0).length, labels.length]).toEqual(
    [24, 2, 6],
  );
  expect(splitIds(classes, createClusters(30), 3)).toEqual(split);
});

test("copies are never on both sides", () => {
  const clusters = createClusters(30);
  for (const at of [11, 12, 13]) clusters.join(10, at);
  for (let seed = 0; seed < 10; seed++) {
    const { train } = splitIds(classes, clusters, seed);
    const copies = train.filter(({ id }) => id >= 50 && id < 54).length;
    expect([0, 4]).toContain(copies);
  }
});
