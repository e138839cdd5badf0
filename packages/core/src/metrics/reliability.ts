import { checkScores, predictedClasses, type Scores } from "../metrics.js";

export type ReliabilityBin = {
  /** Confidences above `low`, up to `high`. */
  readonly low: number;
  readonly high: number;
  /** Weight of the samples in it. */
  readonly count: number;
  /** Their mean confidence, and the share that is right; NaN in an empty bin. */
  readonly confidence: number;
  readonly accuracy: number;
};

export type Reliability = {
  /** Expected calibration error: the mean gap between confidence and accuracy, over the samples. */
  readonly expected: number;
  /** The largest gap of a bin. */
  readonly maximum: number;
  readonly bins: readonly ReliabilityBin[];
};

/**
 * Whether confidences can be believed: predictions in bins of equal width by their highest probability
 * (arXiv 1706.04599, eq. 3 and 5). `scores` must be probabilities. Throws `shape-mismatch`.
 */
export function reliability(input: Scores & { /** Default 15. */ bins?: number }): Reliability {
  const { scores, labels, numClasses, sampleWeight, bins: count = 15 } = input;
  checkScores(input);
  const predicted = predictedClasses(scores, numClasses);
  const sums = Array.from({ length: count }, () => ({ weight: 0, confidence: 0, right: 0 }));
  for (let row = 0; row < labels.length; row++) {
    const confidence = scores[row * numClasses + predicted[row]!]!;
    const bin = sums[Math.min(count - 1, Math.max(0, Math.ceil(confidence * count) - 1))]!;
    const weight = sampleWeight?.[row] ?? 1;
    bin.weight += weight;
    bin.confidence += weight * confidence;
    bin.right += predicted[row] === labels[row] ? weight : 0;
  }
  const bins = sums.map(({ weight, confidence, right }, index) => ({
    low: index / count,
    high: (index + 1) / count,
    count: weight,
    confidence: confidence / weight,
    accuracy: right / weight,
  }));
  const filled = bins.filter((bin) => bin.count > 0);
  const total = filled.reduce((sum, bin) => sum + bin.count, 0);
  const gaps = filled.map((bin) => Math.abs(bin.accuracy - bin.confidence));
  return {
    expected: gaps.reduce((sum, gap, i) => sum + (gap * filled[i]!.count) / total, 0),
    maximum: Math.max(0, ...gaps),
    bins,
  };
}
