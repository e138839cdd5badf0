import { fitLogisticHead } from "@graft-ml/core";
import { featuresOf, type Matrix, rowOf, stackRows } from "@graft-ml/core/linalg";
import { checkDomains } from "../align/alignment.js";
import { zScores } from "../linalg/scaling.js";

export type DensityRatioOptions = {
  /** Features (N, D) of the source; to validate with, of its held-out rows. */
  source: Matrix;
  /** Features (M, D) of the target. */
  target: Matrix;
  /** What the rows weigh beside the squares of the domain classifier's weights. Default 1. */
  strength?: number;
};

/**
 * How much likelier each source row (N) is in the target than in the source: N / M times the odds of the
 * target by a logistic regression of the domain on z-scored features (Bickel et al. 2007; You et al.
 * 2019, equation 6). Throws as `checkDomains`.
 */
export function densityRatios({ source, target, strength }: DensityRatioOptions): Float64Array {
  checkDomains({ source, target });
  const scaled = zScores(stackRows(source, target));
  const { weight, bias } = fitLogisticHead({
    features: featuresOf(scaled),
    labels: Array.from({ length: scaled.rows }, (_, row) => (row < source.rows ? 0 : 1)),
    numClasses: 2,
    ...(strength === undefined ? {} : { strength }),
  });
  const size = source.columns;
  const slopes = Float64Array.from({ length: size }, (_, i) => {
    return weight.data[size + i]! - weight.data[i]!;
  });
  const start = bias.data[1]! - bias.data[0]!;
  return Float64Array.from({ length: source.rows }, (_, row) => {
    const logOdds = rowOf(scaled, row).reduce((sum, x, i) => sum + x * slopes[i]!, start);
    return (source.rows / target.rows) * Math.exp(logOdds);
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
