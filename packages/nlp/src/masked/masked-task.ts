import { crossEntropy, type ProgramInput, type Task } from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";
import { maskedJudge } from "./masked-judge.js";

/**
 * Masked language modelling (arXiv 1810.04805, section 3.1) on a BERT with the head "masked" and batches of
 * `maskedSource`: the loss is the mean cross-entropy over the hidden tokens, `accuracy` the share of them
 * that get their own token as the best one. Its logits are (B P, vocabulary), of the hidden places alone.
 */
export const maskedLanguageTask = (): Task => ({
  key: "nlp/masked-language",
  config: {},
  inputs: ["input_ids"],
  sides: ["attention_mask", "token_type_ids", "masked_positions"],
  target: "masked_labels",
  enter: ({ input_ids: ids }) => ids!,
  score,
  judge: maskedJudge,
});

function score(logits: tf.Tensor, { batch }: ProgramInput) {
  const { masked_labels: own, masked_weights: counted } = batch;
  if (!own || !counted) return {};
  const labels = tf.reshape(own, [-1]);
  const weights = tf.reshape(counted, [-1]);
  const hits = tf.cast(tf.equal(tf.argMax(logits, -1), labels), "float32");
  return {
    loss: crossEntropy({ logits: logits as tf.Tensor2D, labels, sampleWeight: weights }),
    metrics: { accuracy: tf.div<tf.Scalar>(tf.sum(tf.mul(hits, weights)), tf.sum(weights)) },
  };
}
