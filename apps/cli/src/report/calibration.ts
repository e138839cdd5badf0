import { type ReliabilityBin, reliability } from "@graft-ml/core";
import type { ClassPrediction } from "../run/predictions.js";

export type Calibration = {
  /** Those with a prediction in them, by score. */
  readonly bins: readonly ReliabilityBin[];
  /** Mean gap between score and share that is right, weighted by the bins' counts, 0 to 1. */
  readonly error: number;
  readonly confidence: number;
  readonly accuracy: number;
};

const BINS = 10;

/** Expected calibration error over ten bins of equal width (Guo et al., arXiv 1706.04599, eq. 3). */
export function calibrationOf(predictions: readonly ClassPrediction[]): Calibration {
  const confidences = predictions.map(({ top }) => top[0]!.score);
  const wrong = predictions.map(({ truth, top }) => Number(top[0]!.label !== truth));
  // Only the likeliest class counts, so the question has two answers: it is right, or it is not.
  const { bins, expected } = reliability({
    scores: confidences.flatMap((score) => [score, 0]),
    labels: wrong,
    numClasses: 2,
    bins: BINS,
  });
  return {
    bins: bins.filter(({ count }) => count > 0),
    error: expected,
    confidence: mean(confidences),
    accuracy: 1 - mean(wrong),
  };
}

const mean = (values: readonly number[]): number =>
  values.reduce((a, b) => a + b, 0) / values.length;
