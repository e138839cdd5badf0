import {
  type ClassificationLoss,
  classification,
  type Json,
  type MultiLabelLoss,
  multiLabel,
  type Objective,
  type RegressionLoss,
  regression,
  type TargetScale,
  type Task,
} from "@graft-ml/core";
import type * as tf from "@tensorflow/tfjs-core";
import { normalize, type Preprocess } from "../picture/preprocess.js";

export type ClassifierLoss = ClassificationLoss;

/**
 * Pictures to classes. Batch fields: `image`, (B, H, W, 3) uint8, normalised inside the program;
 * `labels`, (B) int32, and maybe `weight`, (B) float32, for the loss. Metric `accuracy`.
 */
export const pictureTask = (options: { preprocess: Preprocess; loss?: ClassifierLoss }): Task =>
  onPictures("vision/classifier", options.preprocess, classification(options.loss));

/** Pictures to any number of labels each: as `pictureTask`, with `targets`, (B, L) float32 of 0 and 1. */
export const multiLabelTask = (options: { preprocess: Preprocess; loss?: MultiLabelLoss }): Task =>
  onPictures("vision/multi-label", options.preprocess, multiLabel(options.loss));

/**
 * Pictures to numbers: as `pictureTask`, with `targets`, (B, T) float32 in their own unit. `mean` and `std`
 * are the training part's (`measureTargets`): `fineTune` learns standardised numbers and ends with weights
 * that give plain ones.
 */
export const regressionTask = (
  options: TargetScale & { preprocess: Preprocess; loss?: RegressionLoss },
): Task => onPictures("vision/regression", options.preprocess, regression(options));

/** What pictures are trained towards is core's; how they enter is ours. */
function onPictures(key: string, preprocess: Preprocess, objective: Objective): Task {
  const { config: loss, target, score, judge, settle } = objective;
  return {
    key,
    config: { preprocess: plain(preprocess), loss },
    entry: { preprocess: plain(preprocess) },
    inputs: ["image"],
    enter: ({ image }) => normalize(image as tf.Tensor4D, preprocess),
    target,
    score,
    judge,
    ...(settle ? { settle } : {}),
  };
}

/** Drops what is undefined, so that the config is plain JSON. */
const plain = (value: Preprocess): Json => JSON.parse(JSON.stringify(value)) as Json;
