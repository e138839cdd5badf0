import {
  crossEntropy,
  type Json,
  type ProgramInput,
  type ProgramOutput,
  type Task,
} from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";
import { normalize, type Preprocess } from "../picture/preprocess.js";

export type ClassifierLoss = {
  /** Share of the target spread evenly over the classes, 0 to 1. Default 0. */
  readonly labelSmoothing?: number;
  /** Weight of each class. Default: all 1. */
  readonly classWeight?: readonly number[];
};

/**
 * Pictures to classes. Batch fields: `image`, (B, H, W, 3) uint8, normalised inside the program;
 * `labels`, (B) int32, and maybe `weight`, (B) float32, for the loss. Metric `accuracy`.
 */
export function pictureTask(options: { preprocess: Preprocess; loss?: ClassifierLoss }): Task {
  const { preprocess, loss = {} } = options;
  return {
    key: "vision/classifier",
    config: { preprocess: plain(preprocess), loss: plain(loss) },
    inputs: ["image"],
    enter: ({ image }) => normalize(image as tf.Tensor4D, preprocess),
    score: (logits, input) => scored(logits as tf.Tensor2D, input, loss),
  };
}

/** Drops what is undefined, so that the config is plain JSON. */
const plain = (value: object): Json => JSON.parse(JSON.stringify(value)) as Json;

function scored(
  logits: tf.Tensor2D,
  { batch }: ProgramInput,
  { labelSmoothing = 0, classWeight }: ClassifierLoss,
): Pick<ProgramOutput, "loss" | "metrics"> {
  const { labels, weight } = batch;
  if (!labels) return {};
  const loss = crossEntropy({
    logits,
    labels,
    labelSmoothing,
    ...(weight ? { sampleWeight: weight } : {}),
    ...(classWeight ? { classWeight: tf.tensor1d([...classWeight]) } : {}),
  });
  // Labels that were mixed are probabilities: the likelier of the two counts.
  const truth = labels.rank === 2 ? tf.argMax(labels, 1) : tf.cast(labels, "int32");
  const hits = tf.cast(tf.equal(tf.argMax(logits, 1), truth), "float32");
  const accuracy = weight
    ? tf.div<tf.Scalar>(tf.sum(tf.mul(hits, weight)), tf.sum(weight))
    : tf.mean<tf.Scalar>(hits);
  return { loss, metrics: { accuracy } };
}
