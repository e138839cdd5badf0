import { createClusters } from "@graft-ml/core";
import { expect, test } from "vitest";
import { findingsOf } from "./findings.js";

const ids = (from: number, count: number) => Array.from({ length: count }, (_, at) => from + at);
const alone = createClusters(200);

const whatOf = (...sizes: readonly number[]) => {
  let from = 0;
  const classes = sizes.map((size, at) => {
    from += size;
    return { name: `class ${at}`, ids: ids(from - size, size) };
  });
  return findingsOf("pictures", classes, alone).map(({ what, stops }) => [what, stops]);
};

test("two classes of enough pictures are fine", () => {
  expect(whatOf(12, 15)).toEqual([]);
});

test("what is missing is told, and whether a training can begin", () => {
  expect(whatOf()).toEqual([["few-classes", true]]);
  expect(whatOf(20)).toEqual([["few-classes", true]]);
  expect(whatOf(20, 4)).toEqual([
    ["few-samples", false],
    ["unbalanced", false],
  ]);
  expect(whatOf(20, 1)).toContainEqual(["few-samples", true]);
});

test("copies are told by their pictures, and those in two classes as wrong", () => {
  const clusters = createClusters(24);
  clusters.join(0, 1);
  clusters.join(2, 13);
  const classes = [
    { name: "cat", ids: ids(100, 12) },
    { name: "dog", ids: ids(200, 12) },
  ];
  const [copies, torn] = findingsOf("pictures", classes, clusters);
  expect([copies?.what, copies?.ids, copies?.stops]).toEqual([
    "copies",
    [100, 101, 102, 201],
    false,
  ]);
  expect(torn).toMatchObject({ what: "contradictions", ids: [102, 201] });
  expect(torn?.message).toMatch(/"cat" and "dog"/);
});
