import { checkScores, predictedClasses, type Scores } from "../metrics.js";
import { cutsOf } from "./average-precision.js";

/** What accepting only confidences of at least `threshold` gives. */
export type RejectionPoint = {
  readonly threshold: number;
  /** Share of the samples that are accepted. */
  readonly coverage: number;
  /** Share of the accepted that are right; 1 - precision is the risk. */
  readonly precision: number;
};

export type RiskCoverage = {
  /** One for each confidence that occurs, from the highest down. */
  readonly points: readonly RejectionPoint[];
  /** Mean risk over all coverages: the area under the risk-coverage curve. */
  readonly area: number;
};

/**
 * What "none of these" costs and gains: the risk at every coverage (arXiv 1705.08500), confidence being
 * the highest score. Throws `shape-mismatch`.
 */
export function riskCoverage(input: Scores): RiskCoverage {
  const { scores, labels, numClasses, sampleWeight } = input;
  checkScores(input);
  const predicted = predictedClasses(scores, numClasses);
  const { cuts } = cutsOf({
    scores: Float64Array.from(predicted, (best, row) => scores[row * numClasses + best]!),
    targets: predicted.map((best, row) => (best === labels[row] ? 1 : 0)),
    ...(sampleWeight ? { sampleWeight } : {}),
  });
  const all = cuts.at(-1)?.taken ?? 0;
  const points = cuts.map(({ threshold, hits, taken }) => ({
    threshold,
    coverage: taken / all,
    precision: hits / taken,
  }));
  const area = points.reduce((sum, { coverage, precision }, at) => {
    const width = coverage - (points[at - 1]?.coverage ?? 0);
    return sum + width * (1 - precision);
  }, 0);
  return { points, area };
}

/**
 * The threshold to reject below: with `precision` wanted, the one that accepts most of the samples and
 * keeps it; with `coverage` wanted, the highest that still accepts so many. Undefined where even the
 * surest predictions are not precise enough. What it reaches is told for these (validation) samples.
 */
export function chooseRejection(
  curve: RiskCoverage,
  want: { readonly precision: number } | { readonly coverage: number },
): RejectionPoint | undefined {
  const { points } = curve;
  if ("precision" in want) return points.findLast(({ precision }) => precision >= want.precision);
  // A share that was added up may miss the wanted one by its last digit.
  return points.find(({ coverage }) => coverage >= want.coverage - 1e-12);
}
