import { type FineTuneOptions, type FineTuning, fineTune } from "@graft-ml/core";
import type { Preprocess } from "../picture/preprocess.js";
import { type ClassifierLoss, pictureTask } from "./picture-task.js";

/** Sources give `image`, (B, H, W, 3) uint8, and `labels`, (B) int32. */
export type TrainClassifierOptions = Omit<FineTuneOptions, "task"> & {
  preprocess: Preprocess;
  loss?: ClassifierLoss;
};

/** `fineTune` on pictures of classes. */
export const trainClassifier = (options: TrainClassifierOptions): FineTuning =>
  fineTune({ ...options, task: pictureTask(options) });
