import type { Copies, Fold } from "@graft-ml/core";
import { expect, test } from "vitest";
import type { QuestionSample, TextDataset, TextTable, TokenDataset } from "./dataset.js";
import { foldTexts } from "./fold-texts.js";

const parts = { root: "data", validation: [], test: [], skipped: [], notes: [] };
const twenty = Array.from({ length: 20 }, (_, i) => i);
const reviews: TextDataset = {
  ...parts,
  task: "classes",
  classes: ["bad", "good"],
  train: twenty.map((i) => ({ name: `r${i}`, text: `review ${i}`, label: Number(i % 4 === 0) })),
};
const copies = (...names: string[]): Copies => ({
  samples: names.map((name) => ({ name, part: "train" })),
  exact: false,
  acrossClasses: false,
  acrossParts: false,
});
const options = { folds: 5, seed: 1 };
const held = (folds: readonly Fold[], isIn: (at: number) => boolean) =>
  folds.map(({ validation }) => validation.filter(isIn).length);

test("each class is spread evenly, and the seed decides the rest", () => {
  const folds = foldTexts(reviews, options);
  expect(held(folds, () => true)).toEqual([4, 4, 4, 4, 4]);
  expect(held(folds, (at) => at % 4 === 0)).toEqual([1, 1, 1, 1, 1]);
  expect(foldTexts(reviews, options)).toEqual(folds);
  expect(foldTexts(reviews, { ...options, seed: 2 })).not.toEqual(folds);
});

test("near copies and texts of one group are scored together", () => {
  const grouped = reviews.train.map((one, i) => (i < 3 ? { ...one, group: "author" } : one));
  const folds = foldTexts(
    { ...reviews, train: grouped },
    { ...options, copies: [copies("r2", "r11"), copies("r5", "r6")] },
  );
  const foldOf = (at: number) => folds.findIndex(({ validation }) => validation.includes(at));
  expect(new Set([0, 1, 2, 11].map(foldOf)).size).toBe(1);
  expect(foldOf(5)).toBe(foldOf(6));
});

test("numbers are spread by their fifths, sentences by their tags, questions by having an answer", () => {
  const numbers: TextTable = {
    ...parts,
    task: "regression",
    names: ["stars"],
    train: twenty.map((i) => ({ name: `n${i}`, text: `${i}`, targets: [i / 2] })),
  };
  const fifths = [0, 1, 2, 3, 4].map((fifth) =>
    held(foldTexts(numbers, { ...options, folds: 4 }), (at) => Math.floor(at / 4) === fifth),
  );
  expect(fifths).toEqual(fifths.map(() => [1, 1, 1, 1]));

  const sentences: TokenDataset = {
    ...parts,
    task: "tokens",
    tags: ["O", "B-Drug", "I-Drug"],
    train: twenty.map((i) => ({ name: `s${i}`, tokens: ["a"], labels: [i < 5 ? 1 : 0] })),
  };
  expect(held(foldTexts(sentences, options), (at) => at < 5)).toEqual([1, 1, 1, 1, 1]);

  const train = twenty.map(
    (i): QuestionSample => ({
      name: `q${i}`,
      id: `${i}`,
      question: "?",
      context: "a",
      answers: i < 10 ? [] : [{ text: "a", start: 0 }],
    }),
  );
  const questions = foldTexts({ ...parts, task: "qa", train }, options);
  expect(held(questions, (at) => at < 10)).toEqual([2, 2, 2, 2, 2]);
});

test("a class of one text can't be scored by a model that learned it", () => {
  const rare = reviews.train.map((one, i) => ({ ...one, label: Number(i === 7) }));
  expect(() => foldTexts({ ...reviews, train: rare }, options)).toThrow(
    'The class "good" can\'t be learned and scored at once: its texts are one',
  );
  expect(() => foldTexts(reviews, { ...options, folds: 21 })).toThrow("21 folds of 20");
});
