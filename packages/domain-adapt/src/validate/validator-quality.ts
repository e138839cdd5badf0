import { pearsonCorrelation, spearmanCorrelation } from "@graft-ml/core";
import { finiteList } from "./inputs.js";

export type ValidatorQuality = {
  /** Correlation of the scores' ranks, and of the scores, with the true accuracies; NaN where one does not vary. */
  readonly spearman: number;
  readonly pearson: number;
  /** The candidate with the highest score; of equals, the first. */
  readonly chosen: number;
  /** What the best candidate is more accurate by than the chosen one. */
  readonly regret: number;
};

/**
 * How well a validator's scores tell the true target accuracies of the same candidates (Musgrave et al.
 * 2021 judge validators so). Throws `shape-mismatch` for lists of two lengths, and `dataset-invalid` for NaN.
 */
export function validatorQuality(
  scores: ArrayLike<number>,
  accuracies: ArrayLike<number>,
): ValidatorQuality {
  const own = finiteList(scores, { what: "scores" });
  const truth = finiteList(accuracies, { what: "accuracies", count: own.length });
  const chosen = own.indexOf(own.reduce((a, b) => Math.max(a, b)));
  return {
    spearman: spearmanCorrelation(own, truth),
    pearson: pearsonCorrelation(own, truth),
    chosen,
    regret: truth.reduce((a, b) => Math.max(a, b)) - truth[chosen]!,
  };
}
