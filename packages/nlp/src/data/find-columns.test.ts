import type { Json } from "@graft-ml/core";
import { expect, test } from "vitest";
import { type AnswerKind, findColumns } from "./find-columns.js";

const find = (
  columns: readonly string[],
  rows: readonly (readonly Json[])[],
  answer: AnswerKind = "labels",
) => {
  const table = rows.map((row, at) => ({
    cells: Object.fromEntries(columns.map((column, place) => [column, row[place]!])),
    line: at + 2,
    start: 0,
    end: 0,
  }));
  const { text, pair, labels } = findColumns({ path: "t.csv", columns, rows: table }, { answer });
  return { text, pair, labels };
};

const long = (at: number): string => `some long text of many words, number ${at}`;

test("known names come first, whole before last words", () => {
  const rows = [0, 1, 2, 3].map((at) => [at % 2, long(at), `${long(at)} and more`, at]);
  const found = find(["product class", "Text", "review", "label"], rows);
  expect(found).toEqual({ text: "Text", pair: undefined, labels: ["label"] });
  const last = find(["condition_label", "medicalAbstract", "x", "y"], rows);
  expect(last).toEqual({ text: "medicalAbstract", pair: undefined, labels: ["condition_label"] });
});

test("without known names the longest is the text and the fewest different the answer", () => {
  const rows = [0, 1, 2, 3].map((at) => [`id-${at}`, long(at), ["pro", "con"][at % 2]!]);
  expect(find(["a", "b", "c"], rows)).toEqual({ text: "b", pair: undefined, labels: ["c"] });
});

test("pairs differ in 1 and 2, or a and b, or are known", () => {
  const rows = [0, 1, 2, 3].map((at) => [at % 2, at, at, long(at), long(-at)]);
  expect(find(["Quality", "#1 ID", "#2 ID", "#1 String", "#2 String"], rows)).toEqual({
    text: "#1 String",
    pair: "#2 String",
    labels: ["Quality"],
  });
  const two = rows.map((row) => [row[0]!, row[3]!, row[4]!]);
  expect(find(["label", "premise", "hypothesis"], two).pair).toBe("hypothesis");
  expect(find(["label", "text_a", "text_b"], two).pair).toBe("text_b");
  expect(find(["label", "title", "text"], two)).toMatchObject({ text: "text", pair: undefined });
});

test("numbers to predict are numbers, and what could be either is asked for", () => {
  const rows = [0, 1, 2, 3].map((at) => [long(at), ["x", "y"][at % 2]!, `${at}.5`]);
  expect(find(["text", "kind", "score"], rows, "numbers").labels).toEqual(["score"]);
  expect(find(["text", "kind", "score"], rows, "none").labels).toEqual([]);
  const twins = rows.map((row, at) => [...row.slice(0, 2), ["p", "q"][at >> 1]!]);
  expect(() => find(["text", "one", "two"], twins)).toThrow(
    /several columns that could be the answer \("one", "two"\)\. Name it: label/,
  );
});
