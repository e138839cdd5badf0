import { GraftError } from "../errors.js";

export type RegressionReport = {
  /** Mean absolute error, in the targets' unit. */
  readonly mae: number;
  /** Root of the mean squared error, in the targets' unit. */
  readonly rmse: number;
  /** Share of the targets' variance that is explained; 0 is what their mean would get, 1 is perfect. */
  readonly r2: number;
};

/**
 * Errors of predicted numbers, for one output or as the mean over several (of the squares, for `rmse`),
 * as scikit-learn's. R2 is NaN where the targets do not vary. Throws `shape-mismatch`.
 */
export function regressionReport(input: {
  /** Row-major (samples, outputs). */
  predictions: ArrayLike<number>;
  targets: ArrayLike<number>;
  /** Default 1. */
  numOutputs?: number;
  /** Weight of each sample; 0 (padding) is left out. Default: all 1. */
  sampleWeight?: ArrayLike<number>;
}): RegressionReport {
  const { predictions, targets, numOutputs = 1 } = input;
  const rows = targets.length / numOutputs;
  const weight = input.sampleWeight ?? new Float32Array(rows).fill(1);
  if (predictions.length !== targets.length || weight.length !== rows) {
    throw new GraftError(
      "shape-mismatch",
      `${predictions.length} predictions and ${weight.length} weights don't fit ${targets.length} targets of ${numOutputs} outputs.`,
      { details: { predictions: predictions.length, targets: targets.length, numOutputs } },
    );
  }
  const outputs = Array.from({ length: numOutputs }, (_, output) => {
    const at = (values: ArrayLike<number>) => (row: number) => values[row * numOutputs + output]!;
    return sums(at(predictions), at(targets), weight);
  });
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  return {
    mae: mean(outputs.map(({ absolute }) => absolute)),
    rmse: Math.sqrt(mean(outputs.map(({ square }) => square))),
    r2: mean(outputs.map(({ square, variance }) => (variance > 0 ? 1 - square / variance : NaN))),
  };
}

type At = (row: number) => number;

function sums(prediction: At, target: At, weight: ArrayLike<number>) {
  const average = (of: At): number => {
    let [sum, all] = [0, 0];
    for (let row = 0; row < weight.length; row++) {
      if (weight[row] === 0) continue;
      sum += weight[row]! * of(row);
      all += weight[row]!;
    }
    return sum / all;
  };
  const mean = average(target);
  return {
    absolute: average((row) => Math.abs(prediction(row) - target(row))),
    square: average((row) => (prediction(row) - target(row)) ** 2),
    variance: average((row) => (target(row) - mean) ** 2),
  };
}
