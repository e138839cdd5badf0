import { fitLogisticHead, GraftError, type LogisticHead } from "@graft-ml/core";
import { featuresOf, type Matrix, stackRows } from "@graft-ml/core/linalg";
import { checkDomains } from "../align/alignment.js";
import { classesOf } from "../heads/linear-head.js";

export type TrAdaBoostOptions = {
  /** Labelled rows (N, D) of the source and (M, D) of the target, the latter few. */
  source: Matrix;
  target: Matrix;
  /** Class of each row, counting from 0. */
  sourceLabels: ArrayLike<number>;
  targetLabels: ArrayLike<number>;
  numClasses: number;
  /** Learners at most. Default 20. */
  rounds?: number;
  /** scikit-learn's `C` of each learner. Default 1. */
  strength?: number;
};

/** Learners and the log-odds by which each votes. */
export type BoostedHeads = {
  readonly heads: readonly LogisticHead[];
  readonly votes: Float64Array;
};

/** An error that leaves a vote finite. */
const LEAST_ERROR = 1e-3;

/**
 * TrAdaBoost (Dai et al. 2007, figure 1), with logistic regressions as learners and, for more than two classes,
 * the vote of SAMME (Zhu et al. 2009, equation 10): rows of the source that are told wrongly count less from
 * round to round, those of the target more. The later half of the learners votes. Throws
 * `dataset-invalid` for labels that are not one a row, and as `checkDomains` does.
 */
export function trAdaBoost(options: TrAdaBoostOptions): BoostedHeads {
  checkDomains(options);
  checkLabels(options);
  const { source, target, numClasses, rounds = 20, strength = 1 } = options;
  const rows = stackRows(source, target);
  const labels = [...Array.from(options.sourceLabels), ...Array.from(options.targetLabels)];
  const features = featuresOf(rows);
  const fade = 1 / (1 + Math.sqrt((2 * Math.log(source.rows)) / rounds));
  const weights = new Float64Array(rows.rows).fill(1);
  const [heads, votes]: [LogisticHead[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const mean = weights.reduce((sum, weight) => sum + weight, 0) / rows.rows;
    const sampleWeight = weights.map((weight) => weight / mean);
    const head = fitLogisticHead({ features, labels, numClasses, strength, sampleWeight });
    const told = classesOf(rows, head);
    const isWrong = (row: number) => told[row] !== labels[row];
    const error = wrongShare(weights, { from: source.rows, isWrong });
    if (error >= 1 - 1 / numClasses) break;
    const vote = Math.log((1 - error) / error) + Math.log(numClasses - 1);
    heads.push(head);
    votes.push(vote);
    for (let row = 0; row < rows.rows; row++) {
      if (isWrong(row)) weights[row]! *= row < source.rows ? fade : Math.exp(vote);
    }
  }
  const later = Math.floor(heads.length / 2);
  return { heads: heads.slice(later), votes: Float64Array.from(votes.slice(later)) };
}

/** The class (N) that most votes of the heads are for. */
export function boostedClasses({ heads, votes }: BoostedHeads, rows: Matrix): Int32Array {
  const told = heads.map((head) => classesOf(rows, head));
  return Int32Array.from({ length: rows.rows }, (_, row) => {
    const sums: number[] = [];
    told.forEach((classes, at) => {
      const label = classes[row]!;
      sums[label] = (sums[label] ?? 0) + votes[at]!;
    });
    return sums.reduce((best, sum, label) => (sum > (sums[best] ?? 0) ? label : best), 0);
  });
}

/** How much of the target's weight is told wrongly, never quite none. */
function wrongShare(
  weights: Float64Array,
  { from, isWrong }: { from: number; isWrong: (row: number) => boolean },
): number {
  let [wrong, all] = [0, 0];
  for (let row = from; row < weights.length; row++) {
    all += weights[row]!;
    if (isWrong(row)) wrong += weights[row]!;
  }
  return Math.max(LEAST_ERROR, wrong / all);
}

function checkLabels({ source, target, sourceLabels, targetLabels }: TrAdaBoostOptions): void {
  if (source.rows === sourceLabels.length && target.rows === targetLabels.length) return;
  throw new GraftError(
    "dataset-invalid",
    `${source.rows} and ${target.rows} rows have ${sourceLabels.length} and ${targetLabels.length} labels. Give one a row.`,
  );
}
