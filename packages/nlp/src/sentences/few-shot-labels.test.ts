import { expect, test } from "vitest";
import { fewShotLabels } from "./few-shot-labels.js";

const texts = (...labels: readonly (number | undefined)[]) =>
  labels.map((label) => ({ text: "a tree", ...(label === undefined ? {} : { label }) }));

test("classes are those of the training texts, or as many as are said", () => {
  expect(fewShotLabels({ train: texts(1, 0, 2, 1) })).toEqual({
    train: [1, 0, 2, 1],
    numClasses: 3,
  });
  const given = { train: texts(0, 1), validation: texts(1, 1, 0), numClasses: 2 };
  expect(fewShotLabels(given)).toEqual({ train: [0, 1], validation: [1, 1, 0], numClasses: 2 });
});

test("what can't be learned from or judged by is told before anything is trained", () => {
  const of = (options: Parameters<typeof fewShotLabels>[0]) => () => fewShotLabels(options);
  expect(of({ train: [] })).toThrow('There are no texts in "train"');
  expect(of({ train: texts(0, undefined) })).toThrow('Text 1 of "train" has no label');
  expect(of({ train: [{ text: "a", name: "pets.csv:3" }] })).toThrow('pets.csv:3 of "train"');
  expect(of({ train: texts(0, 2) })).toThrow('The class 1 has no text in "train"');
  expect(of({ train: texts(0, 1), numClasses: 3 })).toThrow('The class 2 has no text in "train"');
  expect(of({ train: texts(0, 1, 2), numClasses: 2 })).toThrow(
    "The label 2 is outside the 2 classes",
  );
  expect(of({ train: texts(0, 1, -1) })).toThrow("The label -1 is outside the 2 classes");
  expect(of({ train: texts(0, 1), validation: texts(2) })).toThrow("The label 2 is outside");
  expect(of({ train: texts(0, 1), validation: [] })).toThrow('no texts in "validation"');
});
