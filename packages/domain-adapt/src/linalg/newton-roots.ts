import type { Batch, FloatWeights, Program } from "@graft-ml/core";
import { featuresOf, type Matrix, mapMatrix, rowOf } from "@graft-ml/core/linalg";
import * as tf from "@tensorflow/tfjs-core";
import type { RootBound } from "./linear-algebra.js";

/** What float32 tells a root of: the largest eigenvalue over the least. */
const MOST_CONDITION = 1e4;

/** The rounding of float32, about: nearer to 1 no step brings anything. */
const NEAR = 1e-7;

export type RootSteps = {
  /** What no eigenvalue is above. */
  readonly most: number;
  /** What each step is scaled by, so that the least eigenvalue grows as fast as it can. */
  readonly scales: readonly number[];
};

/**
 * The scaled Newton and Schulz steps (Chen and Chow 2014, "A stable scaling of Newton-Schulz for improving the
 * sign function computation of a Hermitian matrix") that bring all eigenvalues to 1; `undefined` where float32
 * is not enough.
 */
export function rootSteps(matrix: Matrix, { least }: RootBound): RootSteps | undefined {
  const most = largestAtMost(matrix);
  if (!(most / least <= MOST_CONDITION)) return undefined;
  const scales: number[] = [];
  let lowest = Math.min(1, Math.sqrt(least / most));
  while (1 - lowest > NEAR) {
    // Both ends of what is left land on the same number; near 1 the plain step is as good, and steadier.
    const scale = lowest < 0.9 ? Math.sqrt(3 / (1 + lowest + lowest * lowest)) : 1;
    scales.push(scale);
    lowest = Math.min(1, (scale * lowest * (3 - (scale * lowest) ** 2)) / 2);
  }
  return { most, scales: scales.length > 0 ? scales : [1] };
}

/** The largest sum of sizes in a row: no eigenvalue is larger. */
const largestAtMost = (matrix: Matrix): number =>
  Array.from({ length: matrix.rows }, (_, row) =>
    rowOf(matrix, row).reduce((sum, value) => sum + Math.abs(value), 0),
  ).reduce((a, b) => Math.max(a, b), 0);

/** What `rootsProgram` runs on. */
export const rootsInput = (
  matrix: Matrix,
  { most, scales }: RootSteps,
): { batch: Batch; weights: FloatWeights } => ({
  batch: {
    square: featuresOf(mapMatrix(matrix, (value) => value / most)),
    identity: featuresOf(mapMatrix(matrix, (_, row, column) => (row === column ? 1 : 0))),
  },
  weights: {
    scales: { dtype: "float32", shape: [scales.length], data: Float32Array.from(scales) },
  },
});

/** The square roots of a symmetric matrix (D, D), whose eigenvalues are in (0, 1], and of its inverse. */
export const rootsProgram = (steps: number): Program => ({
  key: "domain-adapt/roots",
  config: { steps },
  run: ({ batch, params }) => {
    let root = batch.square as tf.Tensor2D;
    let inverse = batch.identity as tf.Tensor2D;
    for (const scale of tf.split(params.scales as tf.Tensor1D, steps)) {
      const linear = tf.mul(scale, 1.5);
      const cubic = tf.mul(tf.pow(scale, 3), 0.5);
      const near = tf.matMul(inverse, root);
      const next = (by: tf.Tensor2D, product: tf.Tensor2D): tf.Tensor2D =>
        tf.sub(tf.mul(linear, by), tf.mul(cubic, product));
      [root, inverse] = [
        next(root, tf.matMul(root, near)),
        next(inverse, tf.matMul(near, inverse)),
      ];
    }
    return { outputs: { root, inverse } };
  },
});
