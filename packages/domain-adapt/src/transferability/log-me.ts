import { GraftError } from "@graft-ml/core";
import { type Matrix, rowOf, transpose, zeros } from "@graft-ml/core/linalg";
import { checkTable } from "../linalg/check-table.js";
import { classRows } from "./class-rows.js";
import { type Spectrum, spectrumOf } from "./spectrum.js";

export type LogMeOptions =
  | {
      /** Class numbers (N). */
      readonly labels: ArrayLike<number>;
    }
  | {
      /** Numbers to predict (N, K). */
      readonly targets: Matrix;
    };

/** Most need a few steps. Of a target without signal the weights' precision grows for ever, the evidence hardly. */
const STEPS = 1000;
const SETTLED = 1e-9;
/** What is left of a perfect fit, as a share of the target's squares. */
const LEAST_REST = 1e-12;

/**
 * LogME of features (N, D): the largest log evidence, a sample, of a Bayesian linear model of the targets,
 * the mean over classes (as 0 and 1) or targets (You et al. 2021, by the fixed point of You et al. 2022, which
 * is followed to its end). Higher is better. Throws `dataset-invalid` for one class, `shape-mismatch`.
 */
export function logMe(features: Matrix, options: LogMeOptions): number {
  const targets = "labels" in options ? oneHot(features, options.labels) : options.targets;
  checkTable("table of features", features);
  checkTable("table of targets", targets);
  if (targets.rows !== features.rows) {
    throw new GraftError(
      "shape-mismatch",
      `${features.rows} rows of features have ${targets.rows} rows of targets. Give one for each.`,
      { details: { features: features.rows, targets: targets.rows } },
    );
  }
  const spectrum = spectrumOf(features, targets);
  const columns = transpose(targets);
  let sum = 0;
  for (let k = 0; k < targets.columns; k++) {
    const squares = rowOf(columns, k).reduce((total, value) => total + value * value, 0);
    if (squares === 0) throw allZero(k);
    sum +=
      evidence({ spectrum, along: rowOf(spectrum.along, k), squares, size: features }) /
      features.rows;
  }
  return sum / targets.columns;
}

type Problem = {
  readonly spectrum: Spectrum;
  /** The target along each left singular vector, squared. */
  readonly along: Float64Array;
  /** The squared length of the target. */
  readonly squares: number;
  readonly size: { readonly rows: number; readonly columns: number };
};

type Precisions = {
  /** Of the weights. */
  readonly alpha: number;
  /** Of the targets. */
  readonly beta: number;
  /** Squared lengths of the weights and of what they leave. */
  readonly weights: number;
  readonly rest: number;
};

function evidence(problem: Problem): number {
  let found: Precisions = { alpha: 1, beta: 1, weights: 0, rest: 0 };
  for (let step = 0; step < STEPS; step++) {
    const before = found.alpha / found.beta;
    found = nextPrecisions(problem, before);
    if (found.alpha === Number.POSITIVE_INFINITY) break;
    if (Math.abs(found.alpha / found.beta - before) <= SETTLED * before) break;
  }
  return evidenceAt(problem, found);
}

/** MacKay's updates at a ratio of the precisions, and what they were made of. */
function nextPrecisions({ spectrum, along, squares, size }: Problem, ratio: number): Precisions {
  let [effective, weights, inside, rest] = [0, 0, 0, 0];
  spectrum.values.forEach((value, at) => {
    const square = along[at]!;
    effective += value / (value + ratio);
    weights += (value * square) / (value + ratio) ** 2;
    rest += square * (ratio / (value + ratio)) ** 2;
    inside += square;
  });
  rest = Math.max(rest + Math.max(0, squares - inside), LEAST_REST * squares);
  // Features that say nothing at all of a target have weights of 0.
  const alpha = weights > 0 ? effective / weights : Number.POSITIVE_INFINITY;
  return { alpha, beta: (size.rows - effective) / rest, weights, rest };
}

/** The log evidence: D log(alpha) cancels against the determinant, whatever the rank. */
function evidenceAt(
  { spectrum, size }: Problem,
  { alpha, beta, weights, rest }: Precisions,
): number {
  const logs = spectrum.values.reduce(
    (sum, value) => sum + Math.log(1 + (beta / alpha) * value),
    0,
  );
  const lost = logs + beta * rest + (weights > 0 ? alpha * weights : 0);
  return (size.rows * Math.log(beta / (2 * Math.PI)) - lost) / 2;
}

/** A column for each class that occurs, 1 where a row is of it. */
function oneHot(features: Matrix, labels: ArrayLike<number>): Matrix {
  const groups = classRows(features, labels);
  const targets = zeros(features.rows, groups.length);
  groups.forEach((rows, group) => {
    for (const row of rows) targets.data[row * groups.length + group] = 1;
  });
  return targets;
}

const allZero = (column: number): GraftError =>
  new GraftError(
    "dataset-invalid",
    `All targets in column ${column} are 0, which any features predict. Leave the column out.`,
    { details: { column } },
  );
