import { GraftError } from "@graft-ml/core";
import { type Matrix, mapMatrix, rowOf } from "@graft-ml/core/linalg";
import { checkProbabilities } from "../linalg/check-probabilities.js";
import { unitRows } from "../linalg/moments.js";
import { checkCount } from "./check-domains.js";
import type { LabelShift } from "./label-shift.js";

export type ProbabilityShift = LabelShift & {
  readonly steps: number;
  /** Whether the shares had settled when it ended. */
  readonly converged: boolean;
};

export type ProbabilityShiftOptions = {
  /** Shares of the classes among the samples that the classifier learned from (C), each above 0. */
  readonly source: ArrayLike<number>;
  /** Default 1000. */
  readonly maxSteps?: number;
  /** No share changes by more in the last step. Default 1e-8. */
  readonly tolerance?: number;
};

/**
 * Shares of classes in the target that make a classifier's probabilities (N, C) of it likeliest, by
 * expectation and maximisation: q(y) is the mean of what q(y) / p(y) makes of the rows (Saerens et al. 2002).
 * Probabilities must be calibrated. Throws
 * `dataset-invalid` for rows that are no probabilities, `config-invalid` for a source's share of 0.
 */
export function labelShiftFromProbabilities(
  probabilities: Matrix,
  options: ProbabilityShiftOptions,
): ProbabilityShift {
  const { maxSteps = 1000, tolerance = 1e-8 } = options;
  checkCount("maxSteps", maxSteps, 1);
  checkProbabilities(probabilities);
  const source = sourceShares(options.source, probabilities.columns);
  let target = source;
  let steps = 0;
  let change = Number.POSITIVE_INFINITY;
  while (steps < maxSteps && change > tolerance) {
    const weights = target.map((share, at) => share / source[at]!);
    const next = meanReweighted(probabilities, weights);
    change = next.reduce((most, share, at) => Math.max(most, Math.abs(share - target[at]!)), 0);
    target = next;
    steps++;
  }
  const weights = target.map((share, at) => share / source[at]!);
  return { source, target, weights, steps, converged: change <= tolerance };
}

/**
 * Probabilities (N, C) with each class weighed by q(y) / p(y), rows adding up to 1: what the classifier
 * would say with the target's shares (Saerens et al. 2002). Throws `shape-mismatch`.
 */
export function reweightProbabilities(probabilities: Matrix, weights: readonly number[]): Matrix {
  if (weights.length !== probabilities.columns) {
    throw new GraftError(
      "shape-mismatch",
      `${probabilities.columns} classes have ${weights.length} weights. Give one for each.`,
      { details: { classes: probabilities.columns, weights: weights.length } },
    );
  }
  return unitRows(
    mapMatrix(probabilities, (value, _, column) => value * weights[column]!),
    "sum",
  );
}

/** The mean of the reweighted rows, without making them. */
function meanReweighted(probabilities: Matrix, weights: readonly number[]): number[] {
  const sums = weights.map(() => 0);
  for (let row = 0; row < probabilities.rows; row++) {
    const values = rowOf(probabilities, row);
    let sum = 0;
    for (let at = 0; at < values.length; at++) sum += values[at]! * weights[at]!;
    // All that the classifier thinks possible is ruled out: the row says nothing.
    if (sum === 0) continue;
    for (let at = 0; at < values.length; at++) sums[at]! += (values[at]! * weights[at]!) / sum;
  }
  const all = sums.reduce((total, value) => total + value, 0);
  return sums.map((value) => value / all);
}

function sourceShares(given: ArrayLike<number>, classes: number): number[] {
  const shares = Array.from(given);
  const sum = shares.reduce((total, share) => total + share, 0);
  if (shares.length === classes && shares.every((share) => share > 0) && Number.isFinite(sum)) {
    return shares.map((share) => share / sum);
  }
  throw new GraftError(
    "config-invalid",
    `The source's shares of ${classes} classes must be ${classes} numbers above 0, not [${shares}]. Leave out classes that the classifier never saw.`,
    { details: { shares, classes } },
  );
}
