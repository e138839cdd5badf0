import { crossEntropy, type ProgramInput, type ProgramOutput, type Task } from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";
import { tokenInputs } from "../network/token-inputs.js";
import { type AnswerJudgeOptions, answerJudge } from "./answer-judge.js";
import type { QuestionSource } from "./question-source.js";

/**
 * The stretch of a text that answers a question (arXiv 1810.04805, section 4.2): logits (B, S, 2) say how
 * likely each token is the answer's first and its last. Batch fields: what `tokenBatch` makes, and
 * `start_positions` and `end_positions`, (B) int32; maybe `weight`, (B) float32. The loss is the mean of
 * both cross-entropies, padding left out; metric `accuracy`, where both are right. With `validation`, what
 * `questionSource` gave, it is judged by exact match and F1, else by loss and accuracy.
 */
export function questionTask(
  options: AnswerJudgeOptions & {
    validation?: Pick<QuestionSource, "questions" | "windows">;
  } = {},
): Task {
  const { validation, ...judging } = options;
  return {
    key: "nlp/questions",
    config: null,
    ...tokenInputs,
    target: "start_positions",
    score: (logits, input) => scored(logits as tf.Tensor3D, input),
    judge: () => answerJudge(validation, judging),
  };
}

function scored(
  logits: tf.Tensor3D,
  { batch }: ProgramInput,
): Pick<ProgramOutput, "loss" | "metrics"> {
  const { start_positions: starts, end_positions: ends, weight, attention_mask: mask } = batch;
  if (!starts || !ends) return {};
  const [rows, length] = logits.shape;
  const side = (at: number): tf.Tensor2D => {
    const own = tf.reshape(tf.slice(logits, [0, 0, at], [rows, length, 1]), [rows, length]);
    if (!mask) return own as tf.Tensor2D;
    const hidden = tf.mul(tf.sub(tf.cast(mask, "float32"), 1), 1e9);
    return tf.add(own, hidden) as tf.Tensor2D;
  };
  const sampleWeight = weight ? { sampleWeight: weight } : {};
  const [first, last] = [side(0), side(1)];
  const loss = tf.mul<tf.Scalar>(
    tf.add(
      crossEntropy({ logits: first, labels: starts, ...sampleWeight }),
      crossEntropy({ logits: last, labels: ends, ...sampleWeight }),
    ),
    0.5,
  );
  const hit = (own: tf.Tensor2D, truth: tf.Tensor) =>
    tf.cast(tf.equal(tf.argMax(own, 1), tf.cast(truth, "int32")), "float32");
  const hits = tf.mul(hit(first, starts), hit(last, ends));
  const accuracy = weight
    ? tf.div<tf.Scalar>(tf.sum(tf.mul(hits, weight)), tf.sum(weight))
    : tf.mean<tf.Scalar>(hits);
  return { loss, metrics: { accuracy } };
}
