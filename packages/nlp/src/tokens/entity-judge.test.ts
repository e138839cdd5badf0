import type { Batch } from "@graft-ml/core";
import { expect, test } from "vitest";
import { entityReport } from "../metrics/entities.js";
import { smallTokenizer } from "../tokenize/testing.js";
import { entityJudge } from "./entity-judge.js";
import { wordSource } from "./word-source.js";

const tags = ["O", "B-X", "I-X", "B-Y", "I-Y"];
const tokenizer = smallTokenizer();

const truth = [
  [0, 1, 2, 0, 3, 4, 4, 0, 1, 0, 1, 2],
  [3, 4],
  [0, 0, 1],
];
/** As the network has it: an entity too short, one of another type, and one that is none. */
const guessed = [
  [0, 1, 2, 0, 3, 4, 0, 0, 1, 0, 3, 4],
  [3, 4],
  [1, 0, 1],
];
const sentences = truth.map((labels) => ({ tokens: labels.map(() => "ungrafted"), labels }));

/** 4 for the tag that is guessed, 0 for the others. */
function logitsFor(labels: Batch[string], guesses: readonly number[]) {
  const data = new Float32Array(labels.data.length * tags.length);
  let next = 0;
  for (const [at, label] of labels.data.entries()) {
    if (label >= 0) data[at * tags.length + guesses[next++]!] = 4;
  }
  return { data, width: tags.length };
}

test.each([100, 14, 9])(
  "windows of %i tokens are judged as the sentences they are of",
  async (maxLength) => {
    const source = wordSource({ tokenizer, sentences, maxLength, stride: 3 });
    const judge = entityJudge(tags);
    let words = 0;
    for (let row = 0; row < source.size; row++) {
      const batch = await source.load([row], { epoch: 0 });
      const flat = guessed.flat().slice(words);
      judge.add(batch, logitsFor(batch.labels!, flat));
      words += source.windows[row]!.words.filter((word) => word >= 0).length;
    }
    expect(words).toBe(17);
    const named = (rows: number[][]) => rows.map((row) => row.map((tag) => tags[tag]!));
    const expected = entityReport({ truth: named(truth), predicted: named(guessed) });
    const { metrics, report } = judge.end();
    expect(report).toEqual(expected);
    expect(metrics).toMatchObject({ f1: expected.f1, precision: 4 / 7, recall: 4 / 6 });
    const wrong = Math.log(Math.exp(4) + 4);
    expect(metrics.loss).toBeCloseTo(wrong - (4 * 13) / 17, 5);
  },
);

test("rows of weight 0 do not count, tags that mark no spans have no F1, unknown classes are told", async () => {
  const batch: Batch = {
    labels: { dtype: "int32", shape: [2, 1], data: Int32Array.of(0, 1) },
    weight: { dtype: "float32", shape: [2], data: Float32Array.of(1, 0) },
  };
  const logits = { data: Float32Array.of(2, 0, 2, 0), width: 2 };
  const judge = entityJudge(["NOUN", "VERB"]);
  judge.add(batch, logits);
  const { metrics } = judge.end();
  expect(metrics).toEqual({ loss: expect.closeTo(Math.log(1 + Math.exp(-2)), 6), accuracy: 1 });
  expect(() => entityJudge([]).add(batch, logits)).toThrow(/class 0, and there are 0 tags/);
});
