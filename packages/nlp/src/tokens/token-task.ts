import {
  type ClassificationLoss,
  crossEntropy,
  type ProgramInput,
  type ProgramOutput,
  plainJson,
  type Task,
} from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";
import { tokenInputs } from "../network/token-inputs.js";
import { entityJudge } from "./entity-judge.js";

/**
 * Each token to a tag. Batch fields, all (B, S): what `tokenBatch` makes, and `labels`, int32, below 0
 * (upstream's -100) where a token has none; maybe `weight`, (B) or (B, S) float32, for the loss, which is
 * the mean over all tokens of the batch that have a label. Metric `accuracy`; judged by `entityJudge`.
 */
export function tokenTask(options: { tags: readonly string[]; loss?: ClassificationLoss }): Task {
  const { tags, loss = {} } = options;
  return {
    key: "nlp/tokens",
    config: plainJson({ tags, loss }),
    ...tokenInputs,
    score: (logits, input) => scored(logits as tf.Tensor3D, input, loss),
    judge: () => entityJudge(tags),
  };
}

function scored(
  logits: tf.Tensor3D,
  { batch }: ProgramInput,
  { labelSmoothing = 0, classWeight }: ClassificationLoss,
): Pick<ProgramOutput, "loss" | "metrics"> {
  const { labels, weight } = batch;
  if (!labels) return {};
  const [rows, length, classes] = logits.shape;
  const tokens = rows * length;
  const said = tf.cast(tf.greaterEqual(labels, 0), "float32");
  const own = weight && tf.reshape(weight, weight.rank === 1 ? [rows, 1] : [rows, length]);
  const sampleWeight = tf.reshape(own ? tf.mul(said, own) : said, [tokens]);
  const truth = tf.reshape(tf.cast(tf.maximum(tf.cast(labels, "float32"), 0), "int32"), [tokens]);
  const flat = tf.reshape(logits, [tokens, classes]) as tf.Tensor2D;
  const loss = crossEntropy({
    logits: flat,
    labels: truth,
    sampleWeight,
    labelSmoothing,
    ...(classWeight ? { classWeight: tf.tensor1d([...classWeight]) } : {}),
  });
  const hits = tf.cast(tf.equal(tf.argMax(flat, 1), truth), "float32");
  const accuracy = tf.div<tf.Scalar>(tf.sum(tf.mul(hits, sampleWeight)), tf.sum(sampleWeight));
  return { loss, metrics: { accuracy } };
}
