import * as tf from "@tensorflow/tfjs-core";
import type { Batch } from "../engine.js";
import { crossEntropy } from "../loss/cross-entropy.js";
import { confusionMatrix, macroF1 } from "../metrics.js";
import type { ProgramInput, ProgramOutput } from "../program.js";
import {
  fieldOf,
  type Judge,
  type Logits,
  requireFiniteLoss,
  type Verdict,
  weightsOfBatch,
} from "../train/judge.js";
import { type Objective, plainJson } from "./objective.js";

export type ClassificationLoss = {
  /** Share of the target spread evenly over the classes, 0 to 1. Default 0. */
  readonly labelSmoothing?: number;
  /** Weight of each class. Default: all 1. */
  readonly classWeight?: readonly number[];
};

/** One class a sample: cross-entropy of `labels`, (B) int32; metrics loss, accuracy and macroF1. */
export function classification(loss: ClassificationLoss = {}): Objective {
  return {
    name: "classification",
    config: plainJson(loss),
    target: "labels",
    score: (logits, input) => scored(logits as tf.Tensor2D, input, loss),
    judge: classificationJudge,
  };
}

function scored(
  logits: tf.Tensor2D,
  { batch }: ProgramInput,
  { labelSmoothing = 0, classWeight }: ClassificationLoss,
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

export type ClassificationVerdict = Verdict & {
  readonly metrics: { readonly loss: number; readonly accuracy: number; readonly macroF1: number };
  /** Rows are true classes, columns predicted ones: sums of weights. */
  readonly confusion: readonly (readonly number[])[];
};

type Tally = { loss: number; weight: number; count: number; confusion: number[][] };

/** Weighted mean cross-entropy, accuracy and macro F1 over all samples; needs `labels`, (B) int32. */
export function classificationJudge(): Judge<ClassificationVerdict> {
  const tally: Tally = { loss: 0, weight: 0, count: 0, confusion: [] };
  return {
    add: (batch, logits) => add(tally, batch, logits),
    end: () => {
      const { weight, confusion } = tally;
      const loss = requireFiniteLoss(tally.loss / weight, tally.count);
      const accuracy = confusion.reduce((hits, row, i) => hits + row[i]!, 0) / weight;
      return { metrics: { loss, accuracy, macroF1: macroF1(confusion) }, confusion };
    },
  };
}

function add(tally: Tally, batch: Batch, { data, width: numClasses }: Logits): void {
  const labels = fieldOf(batch, "labels");
  const weights = weightsOfBatch(batch, labels.data.length);
  const matrix = confusionMatrix({
    scores: data,
    labels: labels.data,
    numClasses,
    sampleWeight: weights,
  });
  tally.confusion = matrix.map((row, i) =>
    row.map((sum, j) => sum + (tally.confusion[i]?.[j] ?? 0)),
  );
  Array.from(weights).forEach((sample, i) => {
    if (sample <= 0) return;
    const row = data.subarray(i * numClasses, (i + 1) * numClasses);
    tally.loss += sample * (logSumExp(row) - row[labels.data[i]!]!);
    tally.weight += sample;
    tally.count += 1;
  });
}

function logSumExp(values: Float32Array): number {
  const top = values.reduce((a, b) => Math.max(a, b), -Infinity);
  return top + Math.log(values.reduce((sum, value) => sum + Math.exp(value - top), 0));
}
