import type { PicturePrediction } from "../predictions.js";

/** The predictions whose score lies in one stretch of 0 to 1. */
export type CalibrationBin = {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Mean score of the predicted class. */
  readonly confidence: number;
  /** Share that is right. */
  readonly accuracy: number;
};

export type Calibration = {
  /** Those with a prediction in them, by score. */
  readonly bins: readonly CalibrationBin[];
  /** Mean gap between score and share that is right, weighted by the bins' counts, 0 to 1. */
  readonly error: number;
  readonly confidence: number;
  readonly accuracy: number;
};

const BINS = 10;

/** Expected calibration error over ten bins of equal width (Guo et al., arXiv 1706.04599, eq. 3). */
export function calibrationOf(predictions: readonly PicturePrediction[]): Calibration {
  const samples = predictions.map(({ truth, top }) => {
    const { label, score } = top[0]!;
    return { score, right: label === truth };
  });
  const bins = Array.from({ length: BINS }, (_, i) => {
    const isIn = (score: number) => Math.min(BINS - 1, Math.floor(score * BINS)) === i;
    const inside = samples.filter(({ score }) => isIn(score));
    return { from: i / BINS, to: (i + 1) / BINS, count: inside.length, ...means(inside) };
  }).filter(({ count }) => count > 0);
  const error = bins.reduce(
    (sum, bin) => sum + (bin.count / samples.length) * Math.abs(bin.confidence - bin.accuracy),
    0,
  );
  return { bins, error, ...means(samples) };
}

function means(samples: readonly { score: number; right: boolean }[]) {
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  return {
    confidence: mean(samples.map(({ score }) => score)),
    accuracy: mean(samples.map(({ right }) => Number(right))),
  };
}
