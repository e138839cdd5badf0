import * as tf from "@tensorflow/tfjs-core";
import { binaryCrossEntropy, focalLoss } from "../loss/binary-cross-entropy.js";
import { type LabelReport, multiLabelReport } from "../metrics/multi-label.js";
import type { ProgramInput, ProgramOutput } from "../program.js";
import { finiteOnly, type Judge, requireFiniteLoss, type Verdict } from "../train/judge.js";
import { type Objective, plainJson } from "./objective.js";
import { collectRows, meanLoss } from "./rows.js";

export type MultiLabelLoss = {
  /** How much more a label counts where it holds, one each: `positiveWeights`. Default: all 1. */
  readonly positiveWeight?: readonly number[];
  /** Weight of each label. Default: all 1. */
  readonly labelWeight?: readonly number[];
  /** Share of each target that is 1/2 instead, 0 to 1. Default 0. */
  readonly labelSmoothing?: number;
  /** Focal loss (arXiv 1708.02002) in place of cross-entropy; it has no weights. Default: none. */
  readonly focal?: { readonly gamma?: number; readonly alpha?: number };
};

/**
 * Any number of labels a sample: binary cross-entropy, or focal loss, of `targets`, (B, L) float32 of 0
 * and 1. Metrics: loss (plain cross-entropy), meanAveragePrecision, macroF1, microF1 and exactMatch, labels
 * taken at 1/2 or more.
 */
export function multiLabel(loss: MultiLabelLoss = {}): Objective {
  return {
    name: "multi-label",
    config: plainJson(loss),
    target: "targets",
    score: (logits, input) => scored(logits as tf.Tensor2D, input, loss),
    judge: multiLabelJudge,
  };
}

function scored(
  logits: tf.Tensor2D,
  { batch }: ProgramInput,
  { positiveWeight, labelWeight, labelSmoothing = 0, focal }: MultiLabelLoss,
): Pick<ProgramOutput, "loss"> {
  const { targets, weight } = batch;
  if (!targets) return {};
  const given = {
    logits,
    targets: labelSmoothing === 0 ? targets : smoothed(targets, labelSmoothing),
    ...(weight ? { sampleWeight: weight } : {}),
  };
  if (focal) return { loss: focalLoss({ ...given, ...focal }) };
  return {
    loss: binaryCrossEntropy({
      ...given,
      ...(positiveWeight ? { positiveWeight: tf.tensor1d([...positiveWeight]) } : {}),
      ...(labelWeight ? { labelWeight: tf.tensor1d([...labelWeight]) } : {}),
    }),
  };
}

const smoothed = (targets: tf.Tensor, share: number): tf.Tensor =>
  tf.add(tf.mul(tf.cast(targets, "float32"), 1 - share), share / 2);

export type MultiLabelVerdict = Verdict & { readonly labels: readonly LabelReport[] };

/**
 * `multiLabelReport` over all samples, and their plain binary cross-entropy; needs `targets`, (B, L). A label
 * is taken where its probability reaches its threshold (default 0.5, one for all or one each).
 */
export function multiLabelJudge(
  options: { thresholds?: number | readonly number[] } = {},
): Judge<MultiLabelVerdict> {
  const { thresholds = 0.5 } = options;
  const kept = collectRows();
  return {
    add: kept.add,
    end: () => {
      const rows = kept.rows();
      const { logits, targets, weights, width } = rows;
      const loss = requireFiniteLoss(meanLoss(rows, binaryLoss), weights.length);
      const { labels, ...metrics } = multiLabelReport({
        scores: logits.map(sigmoid),
        targets,
        numLabels: width,
        thresholds,
        sampleWeight: weights,
      });
      return { metrics: finiteOnly({ loss, ...metrics }), labels };
    },
  };
}

/** 1 / (1 + exp(-x)), exact at both ends. */
export const sigmoid = (x: number): number =>
  x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));

/** Of a logit, without the detour over its probability. */
export const binaryLoss = (logit: number, target: number): number =>
  Math.max(logit, 0) - logit * target + Math.log1p(Math.exp(-Math.abs(logit)));
