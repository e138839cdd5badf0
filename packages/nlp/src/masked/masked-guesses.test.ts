import { expect, test } from "vitest";
import { maskedGuesses } from "./masked-guesses.js";
import { maskedJudge } from "./masked-judge.js";

const ints = (shape: readonly number[], ...data: number[]) =>
  ({ dtype: "int32", shape, data: Int32Array.from(data) }) as const;
const floats = (shape: readonly number[], ...data: number[]) =>
  ({ dtype: "float32", shape, data: Float32Array.from(data) }) as const;

// Three rows with two places each; the second place of the first row hides nothing, the third row fills up.
const batch = {
  masked_positions: ints([3, 2], 4, 0, 1, 2, 1, 2),
  masked_labels: ints([3, 2], 1, 0, 2, 0, 2, 0),
  masked_weights: floats([3, 2], 1, 0, 1, 1, 1, 1),
  weight: floats([3], 1, 1, 0),
};
const [ln2, ln6] = [Math.log(2), Math.log(6)];
const logits = {
  width: 3,
  data: Float32Array.from([0, ln2, 0, 9, 9, 9, ln6, 0, 0, 5, 5, 5, 9, 9, 9, 9, 9, 9]),
};

test("every hidden token has its guess, with its place, its probability and its loss", () => {
  const found = [...maskedGuesses(batch, logits)];
  expect(found.map(({ row, position, label, guess }) => [row, position, label, guess])).toEqual([
    [0, 4, 1, 1],
    [1, 1, 2, 0],
    // All alike: the hidden one is as good as any.
    [1, 2, 0, 0],
  ]);
  for (const [at, score] of [0.5, 0.75, 1 / 3].entries()) {
    expect(found[at]!.score).toBeCloseTo(score, 6);
  }
  for (const [at, loss] of [ln2, Math.log(8), Math.log(3)].entries()) {
    expect(found[at]!.loss).toBeCloseTo(loss, 6);
  }
});

test("a judge makes perplexity and accuracy of them", () => {
  const judge = maskedJudge();
  judge.add(batch, logits);
  const { metrics, words } = judge.end();
  expect(words).toBe(3);
  expect(metrics.accuracy).toBeCloseTo(2 / 3, 6);
  expect(metrics.perplexity).toBeCloseTo((2 * 8 * 3) ** (1 / 3), 5);
});

test("a batch without hidden places is told", () => {
  expect(() => [...maskedGuesses({}, logits)]).toThrow("Take batches of maskedSource.");
});
