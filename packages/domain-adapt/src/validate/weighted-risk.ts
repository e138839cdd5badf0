import { GraftError } from "@graft-ml/core";
import { type Matrix, rowOf } from "@graft-ml/core/linalg";
import { checkChances, finiteList } from "./inputs.js";

export type WeightedRiskOptions = {
  /** The loss of each source validation row (N): see `sourceLosses`. */
  losses: ArrayLike<number>;
  /** How much likelier the row is in the target (N): see `densityRatios`. */
  weights: ArrayLike<number>;
};

/**
 * Importance-weighted validation (Sugiyama et al. 2007, equation 5): minus the mean of weight times loss
 * over source validation rows. Throws `shape-mismatch` for lists of two lengths.
 */
export function importanceWeightedScore(options: WeightedRiskOptions): number {
  const { weighted } = productsOf(options);
  return -mean(weighted);
}

/**
 * Deep embedded validation (You et al. 2019, algorithm 1): importance weighting with a control variate,
 * minus (mean(wl) + e mean(w) - e) with e = -cov(wl, w) / var(w), which keeps a few heavy rows from
 * deciding. Weights that are all equal leave the mean. Throws `shape-mismatch`.
 */
export function deepEmbeddedScore(options: WeightedRiskOptions): number {
  const { weighted, weights } = productsOf(options);
  const [risk, level] = [mean(weighted), mean(weights)];
  let [both, square] = [0, 0];
  weights.forEach((weight, row) => {
    both += (weight - level) * (weighted[row]! - risk);
    square += (weight - level) ** 2;
  });
  const control = square > 0 ? -both / square : 0;
  return -(risk + control * level - control);
}

export type SourceLossOptions = {
  /** Of source validation rows (N, C). */
  probabilities: Matrix;
  /** Their true classes (N). */
  labels: ArrayLike<number>;
  /** "error" is 1 where another class is likelier, else 0. Default "cross-entropy", in nats. */
  loss?: "cross-entropy" | "error";
};

/**
 * The loss of each source validation row (N). Throws `shape-mismatch`, and `dataset-invalid` for a label
 * outside the classes.
 */
export function sourceLosses(options: SourceLossOptions): Float64Array {
  const { probabilities: matrix, labels, loss = "cross-entropy" } = options;
  checkChances(matrix);
  const truth = finiteList(labels, { what: "labels", count: matrix.rows });
  return truth.map((label, row) => {
    const chances = rowOf(matrix, row);
    const own = chances[label];
    if (own === undefined) {
      throw new GraftError(
        "dataset-invalid",
        `The label ${label} of row ${row} is outside the ${matrix.columns} classes, which count from 0.`,
        { details: { row, label, classes: matrix.columns } },
      );
    }
    // A chance that float32 rounded to 0 is no infinite loss.
    if (loss === "cross-entropy") return -Math.log(Math.max(own, 1e-12));
    return chances.indexOf(chances.reduce((a, b) => Math.max(a, b))) === label ? 0 : 1;
  });
}

function productsOf(options: WeightedRiskOptions) {
  const losses = finiteList(options.losses, { what: "losses" });
  const weights = finiteList(options.weights, { what: "weights", count: losses.length });
  return { weights, weighted: losses.map((loss, row) => loss * weights[row]!) };
}

const mean = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
