import { GraftError } from "@graft-ml/core";
import {
  gram,
  innerProducts,
  type Matrix,
  mapMatrix,
  multiply,
  solveSymmetric,
} from "@graft-ml/core/linalg";
import { symmetricEigen } from "../linalg/eigen.js";

/** How often classes occur in both domains. */
export type LabelShift = {
  /** Shares of the classes in the source, p(y). */
  readonly source: readonly number[];
  /** Estimated shares in the target, q(y). */
  readonly target: readonly number[];
  /** q(y) / p(y): what the source's samples weigh where a model is fitted for the target. */
  readonly weights: readonly number[];
};

export type ConfusionShift = LabelShift & {
  /** Of p(predicted | class): the nearer to 0, the less the estimate is worth. */
  readonly smallestSingularValue: number;
};

export type ConfusionShiftOptions = {
  /** Classes that the same classifier gave to samples of the target. */
  readonly predicted: ArrayLike<number>;
  /** Holds the estimate to the source's shares: |A q - m|^2 + ridge |q - p|^2 is least. Default 0. */
  readonly ridge?: number;
};

/** Below it, classes are predicted so alike that their shares can't be told. */
const SINGULAR = 1e-6;

/**
 * Black box shift estimation (Lipton et al. 2018: C w = m, of joint shares C and predicted shares m) from counts (C, C) of held-out samples of the
 * source, rows their true classes, as `confusionMatrix` of core. Shares below 0 become 0 and the others add
 * up to 1. Throws `dataset-invalid` for a class without samples, or (without a ridge) a singular matrix.
 */
export function labelShiftFromConfusion(
  confusion: readonly (readonly number[])[],
  options: ConfusionShiftOptions,
): ConfusionShift {
  const { predicted, ridge = 0 } = options;
  if (!(ridge >= 0)) {
    throw new GraftError("config-invalid", `A ridge is 0 or above, not ${ridge}.`);
  }
  if (confusion.length < 2) {
    throw new GraftError(
      "shape-mismatch",
      `A confusion matrix is of two classes or more, not of ${confusion.length}.`,
    );
  }
  const counts = confusion.map((row, at) => countOf(row, at, confusion.length));
  const all = counts.reduce((sum, count) => sum + count, 0);
  const source = columnOf(counts.map((count) => count / all));
  // Column j is p(predicted | class j): unlike joint shares, as well told for rare classes.
  const conditional = mapMatrix(
    { rows: counts.length, columns: counts.length, data: new Float64Array(counts.length ** 2) },
    (_, row, column) => confusion[column]![row]! / counts[column]!,
  );
  const squares = gram(conditional);
  const smallest = Math.sqrt(Math.max(0, symmetricEigen(squares).values.at(-1)!));
  if (ridge === 0 && smallest < SINGULAR) throw singular(smallest);
  const rest = less(sharesOf(predicted, counts.length), multiply(conditional, source));
  const ridged = mapMatrix(squares, (value, i, j) => value + (i === j ? ridge : 0));
  const change = solveSymmetric(ridged, innerProducts(conditional, rest)).data;
  const shares = Array.from(change, (value, at) => Math.max(0, source.data[at]! + value));
  const sum = shares.reduce((total, share) => total + share, 0);
  const target = shares.map((share) => share / sum);
  return {
    source: [...source.data],
    target,
    weights: target.map((share, at) => share / source.data[at]!),
    smallestSingularValue: smallest,
  };
}

const columnOf = (values: readonly number[]): Matrix => ({
  rows: values.length,
  columns: 1,
  data: Float64Array.from(values),
});

const less = (a: Matrix, b: Matrix): Matrix => mapMatrix(a, (value, row) => value - b.data[row]!);

function countOf(row: readonly number[], at: number, size: number): number {
  if (row.length !== size || !row.every((count) => count >= 0 && Number.isFinite(count))) {
    throw new GraftError(
      "shape-mismatch",
      `Row ${at} of the confusion matrix is [${row}], not ${size} counts. Give a row and a column for each class.`,
      { details: { row: at, classes: size } },
    );
  }
  const count = row.reduce((sum, value) => sum + value, 0);
  if (count > 0) return count;
  throw new GraftError(
    "dataset-invalid",
    `The class ${at} has no held-out samples in the source. Hold some out, or leave the class out.`,
    { details: { class: at } },
  );
}

/** The share of each class among those predicted. */
function sharesOf(predicted: ArrayLike<number>, classes: number): Matrix {
  if (predicted.length === 0) {
    throw new GraftError("dataset-empty", "The target has no predictions. Predict at least one.");
  }
  const shares = columnOf(new Array<number>(classes).fill(0));
  for (let row = 0; row < predicted.length; row++) {
    const label = predicted[row]!;
    if (shares.data[label] === undefined) {
      throw new GraftError(
        "dataset-invalid",
        `The predicted class ${label} is outside the ${classes} classes of the confusion matrix, which count from 0.`,
        { details: { class: label, classes } },
      );
    }
    shares.data[label]! += 1 / predicted.length;
  }
  return shares;
}

const singular = (value: number): GraftError =>
  new GraftError(
    "dataset-invalid",
    `The confusion matrix is singular (its smallest singular value is ${value}): some classes are predicted alike, so their shares can't be told. Set a ridge such as 0.01, or join those classes.`,
    { details: { smallestSingularValue: value } },
  );
