import { fitLogisticHead, GraftError } from "@graft-ml/core";
import { featuresOf, rowOf, stackRows } from "../linalg/matrix.js";
import { zScores } from "../linalg/scaling.js";
import { finiteRows, type Table } from "./inputs.js";

export type DensityRatioOptions = {
  /** Source validation features (N, D). */
  source: Table;
  /** Target features (M, D). */
  target: Table;
  /** What the rows weigh beside the squares of the domain classifier's weights. Default 1. */
  strength?: number;
};

/**
 * How much likelier each source row (N) is in the target than in the source: N / M times the odds of the
 * target by a logistic regression of the domain on z-scored features (Bickel et al. 2007; You et al.
 * 2019, equation 6). Throws `shape-mismatch` for features of two widths.
 */
export function densityRatios({ source, target, strength }: DensityRatioOptions): Float64Array {
  const [near, far] = [
    finiteRows(source, "source's features"),
    finiteRows(target, "target's features"),
  ];
  if (near.columns !== far.columns) {
    throw new GraftError(
      "shape-mismatch",
      `Features of ${near.columns} and ${far.columns} numbers are not of one network. Extract both by the same.`,
      { details: { source: source.shape, target: target.shape } },
    );
  }
  const scaled = zScores(stackRows(near, far));
  const { weight, bias } = fitLogisticHead({
    features: featuresOf(scaled),
    labels: Array.from({ length: scaled.rows }, (_, row) => (row < near.rows ? 0 : 1)),
    numClasses: 2,
    ...(strength === undefined ? {} : { strength }),
  });
  const size = near.columns;
  const slopes = Float64Array.from({ length: size }, (_, i) => {
    return weight.data[size + i]! - weight.data[i]!;
  });
  const start = bias.data[1]! - bias.data[0]!;
  return Float64Array.from({ length: near.rows }, (_, row) => {
    const logOdds = rowOf(scaled, row).reduce((sum, x, i) => sum + x * slopes[i]!, start);
    return (near.rows / far.rows) * Math.exp(logOdds);
  });
}

/**
 * How many equally weighted rows weights are worth: (sum w)^2 / sum w^2 (Kish 1965). Where it is a few,
 * the domains hardly overlap and weighted risks mean little.
 */
export function effectiveRows(weights: ArrayLike<number>): number {
  const list = Array.from(weights);
  const sum = list.reduce((all, weight) => all + weight, 0);
  const squares = list.reduce((all, weight) => all + weight * weight, 0);
  return squares === 0 ? 0 : sum ** 2 / squares;
}
