import "@tensorflow/tfjs-backend-cpu";
import { hostRandom, registerGradients, type Task } from "@graft-ml/core";
import { formulaValues, readGolden, worstDifference } from "@graft-ml/core/testing";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { questionTask } from "../questions/question-task.js";
import { tokenTask } from "../tokens/token-task.js";

registerGradients();

type Loss = { readonly loss: number; readonly gradient: number[] };
const golden = readGolden<{
  labels: number[][];
  tokens: (Loss & { smoothing: number; weighted: boolean })[];
  spans: Loss & { starts: number[]; ends: number[]; mask: number[][] };
}>(import.meta.url, "golden/token-heads.json");

const tags = ["O", "B-X", "I-X", "B-Y"];

/** The loss of these logits, and its gradient. */
const lossOf = (task: Task, logits: tf.Tensor, batch: Record<string, tf.Tensor>) =>
  tf.tidy(() => {
    const input = { params: {}, buffers: {}, training: true, random: hostRandom({ seed: 0 }) };
    const { value, grad } = tf.valueAndGrad(
      (x) => task.score(x, { ...input, batch }).loss as tf.Scalar,
    )(logits);
    return { loss: value.dataSync()[0]!, gradient: grad.dataSync() };
  });

function expectSame(actual: ReturnType<typeof lossOf>, { loss, gradient }: Loss): void {
  expect(actual.loss).toBeCloseTo(loss, 6);
  expect(worstDifference(actual.gradient, gradient)).toBeLessThan(1e-6);
}

const logitsFor = (name: string, width: number) =>
  tf.tensor3d(formulaValues(name, 15 * width, -2, 2), [3, 5, width]);

test.each(golden.tokens)("tags: smoothing $smoothing, class weights $weighted", (expected) => {
  const labels = tf.tensor2d(golden.labels, [3, 5], "int32");
  const { smoothing: labelSmoothing, weighted } = expected;
  const classWeight = [...formulaValues("classes", 4, 0.5, 2)];
  const loss = { labelSmoothing, ...(weighted ? { classWeight } : {}) };
  expectSame(lossOf(tokenTask({ tags, loss }), logitsFor("tokens", 4), { labels }), expected);
});

test("tags of weight 0 count as little as those without a label, by row or by token", () => {
  const task = tokenTask({ tags });
  const logits = logitsFor("tokens", 4);
  const labels = tf.tensor2d(golden.labels, [3, 5], "int32");
  const cut = golden.labels.map((row, at) => (at === 1 ? row.map(() => -100) : row));
  const expected = lossOf(task, logits, { labels: tf.tensor2d(cut, [3, 5], "int32") });
  const byRow = tf.tensor1d([1, 0, 1]);
  const byToken = tf.tensor2d([1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1], [3, 5]);
  for (const weight of [byRow, byToken]) {
    expect(lossOf(task, logits, { labels, weight })).toEqual(expected);
  }
});

test("answers: both ends, and padding has no share", () => {
  const { starts, ends, mask } = golden.spans;
  const batch = {
    start_positions: tf.tensor1d(starts, "int32"),
    end_positions: tf.tensor1d(ends, "int32"),
    attention_mask: tf.tensor2d(mask, [3, 5], "int32"),
  };
  expectSame(lossOf(questionTask(), logitsFor("spans", 2), batch), golden.spans);
});
