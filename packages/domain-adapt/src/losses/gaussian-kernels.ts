import { GraftError } from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";
import { stopGradient } from "./stop-gradient.js";

export type KernelOptions = {
  /** What multiplies the width in each kernel of the sum. Default 1/4, 1/2, 1, 2 and 4. */
  readonly multipliers?: readonly number[];
  /**
   * The gamma of exp(-|x - y|^2 / gamma). "mean": the mean squared distance between the rows of a batch,
   * both domains together, through which no gradient flows. Default "mean".
   */
  readonly width?: number | "mean";
};

const DEFAULT_MULTIPLIERS = [0.25, 0.5, 1, 2, 4];
/** Rows that are all alike have no distance to be measured by. */
const NARROWEST = 1e-12;

/** The mean of Gaussian kernels of several widths between all rows (N, D) of a batch: (N, N). */
export function gaussianKernels(rows: tf.Tensor2D, options: KernelOptions = {}): tf.Tensor2D {
  const { multipliers = DEFAULT_MULTIPLIERS, width = "mean" } = options;
  checkKernels(multipliers, width);
  const squares = squaredDistances(rows);
  const gamma = width === "mean" ? meanDistance(squares) : tf.scalar(width);
  const kernels = multipliers.map((multiplier) =>
    tf.exp(tf.neg(tf.div(squares, tf.mul(gamma, multiplier)))),
  );
  return tf.div(
    kernels.reduce((sum, kernel) => tf.add(sum, kernel)),
    multipliers.length,
  ) as tf.Tensor2D;
}

/** |x - y|^2 of all pairs. Rows are moved to their mean first: distances stay, and large values cancel less. */
function squaredDistances(rows: tf.Tensor2D): tf.Tensor2D {
  const moved = tf.sub<tf.Tensor2D>(rows, stopGradient(tf.mean(rows, 0, true)));
  const lengths = tf.sum(tf.square(moved), 1, true);
  const sums = tf.add(lengths, tf.transpose(lengths));
  const products = tf.matMul(moved, moved, false, true);
  return tf.relu(tf.sub<tf.Tensor2D>(sums, tf.mul(products, 2)));
}

function meanDistance(squares: tf.Tensor2D): tf.Tensor {
  const [count] = squares.shape;
  const mean = tf.div(tf.sum(stopGradient(squares)), count * (count - 1));
  return tf.maximum(mean, NARROWEST);
}

function checkKernels(multipliers: readonly number[], width: number | "mean"): void {
  const numbers = typeof width === "number" ? [width, ...multipliers] : multipliers;
  const sound = numbers.every((each) => Number.isFinite(each) && each > 0);
  if (sound && multipliers.length > 0) return;
  throw new GraftError(
    "config-invalid",
    `Gaussian kernels need a width and multipliers above 0, not ${width} and ${multipliers.join(", ") || "none"}.`,
    { details: { width, multipliers } },
  );
}
