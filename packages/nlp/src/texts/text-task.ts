import {
  type ClassificationLoss,
  classification,
  type MultiLabelLoss,
  multiLabel,
  type Objective,
  type RegressionLoss,
  regression,
  type TargetScale,
  type Task,
} from "@graft-ml/core";
import { tokenInputs } from "../network/token-inputs.js";

/**
 * Texts, or pairs of them, to classes. Batch fields: what `tokenBatch` makes, all (B, S) int32; `labels`,
 * (B) int32, and maybe `weight`, (B) float32, for the loss. Metric `accuracy`.
 */
export const textTask = (options: { loss?: ClassificationLoss } = {}): Task =>
  onTexts("nlp/classifier", classification(options.loss));

/** Texts to any number of labels each: as `textTask`, with `targets`, (B, L) float32 of 0 and 1. */
export const textLabelsTask = (options: { loss?: MultiLabelLoss } = {}): Task =>
  onTexts("nlp/multi-label", multiLabel(options.loss));

/**
 * Texts to numbers, such as how alike two are: as `textTask`, with `targets`, (B, T) float32 in their own
 * unit. `mean` and `std` are the training part's (`measureTargets`): `fineTune` learns standardised
 * numbers and ends with weights that give plain ones.
 */
export const textNumbersTask = (options: TargetScale & { loss?: RegressionLoss }): Task =>
  onTexts("nlp/regression", regression(options));

/** What texts are trained towards is core's; how they enter is ours. */
function onTexts(key: string, { config, target, score, judge, settle }: Objective): Task {
  return {
    key,
    config,
    ...tokenInputs,
    target,
    score,
    judge,
    ...(settle ? { settle } : {}),
  };
}
