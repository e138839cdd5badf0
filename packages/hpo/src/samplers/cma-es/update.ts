import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import type { Strategy } from "./strategy.js";

/** The normal distribution a CMA-ES draws from, and what it remembers of the way. */
export type Distribution = {
  readonly mean: Float64Array;
  readonly sigma: number;
  readonly covariance: Matrix;
  /** Roots of the covariance's eigenvalues. */
  readonly scales: Float64Array;
  /** B D, row by row, with eigenvectors B and roots D: from round to drawn. */
  readonly spread: Float64Array;
  /** B D^-1 B', row by row: from a step to where it is round. */
  readonly whitener: Float64Array;
  readonly stepPath: Float64Array;
  readonly path: Float64Array;
  readonly generation: number;
};

/** A round distribution about a mean. */
export function roundAbout(mean: Float64Array, sigma: number): Distribution {
  const size = mean.length;
  return {
    mean,
    sigma,
    covariance: Matrix.eye(size),
    ...rooted(Matrix.eye(size), new Float64Array(size).fill(1)),
    stepPath: new Float64Array(size),
    path: new Float64Array(size),
    generation: 0,
  };
}

/** One generation of Hansen's tutorial (arXiv 1604.00772), of points from the best to the worst. */
export function update(
  from: Distribution,
  points: readonly Float64Array[],
  strategy: Strategy,
): Distribution {
  const { dimension: n, effective, stepRate, damping, pathRate, normalLength } = strategy;
  const steps = points.map((point) => point.map((x, at) => (x - from.mean[at]!) / from.sigma));
  const step = weightedStep(steps, strategy.weights, n);
  const whitened = whiten(from, step);
  const gain = Math.sqrt(stepRate * (2 - stepRate) * effective);
  const stepPath = from.stepPath.map((x, at) => (1 - stepRate) * x + gain * whitened[at]!);
  const length = Math.hypot(...stepPath);
  const grown = Math.sqrt(1 - (1 - stepRate) ** (2 * (from.generation + 1)));
  // While the step grows fast, the path stands still: else it would stretch the covariance.
  const still = length / grown >= (1.4 + 2 / (n + 1)) * normalLength;
  const pathGain = still ? 0 : Math.sqrt(pathRate * (2 - pathRate) * effective);
  const path = from.path.map((x, at) => (1 - pathRate) * x + pathGain * step[at]!);
  const covariance = nextCovariance(from, { strategy, steps, path, still });
  return {
    mean: from.mean.map((x, at) => x + from.sigma * step[at]!),
    sigma: from.sigma * Math.exp((stepRate / damping) * (length / normalLength - 1)),
    covariance,
    ...decompose(covariance),
    stepPath,
    path,
    generation: from.generation + 1,
  };
}

/** A step in the coordinates in which the distribution is round: C^(-1/2) y. */
export function whiten({ whitener }: Distribution, step: Float64Array): Float64Array {
  const result = new Float64Array(step.length);
  applyInto(result, whitener, step);
  return result;
}

/** Writes a square matrix, row by row, times a vector to another array. */
export function applyInto(result: Float64Array, matrix: Float64Array, vector: Float64Array): void {
  const size = vector.length;
  for (let row = 0, place = 0; row < size; row++) {
    let sum = 0;
    for (let at = 0; at < size; at++, place++) sum += matrix[place]! * vector[at]!;
    result[row] = sum;
  }
}

/** The sum of the better half's steps by their weights. */
function weightedStep(
  steps: readonly Float64Array[],
  weights: Float64Array,
  size: number,
): Float64Array {
  const sum = new Float64Array(size);
  for (const [rank, step] of steps.entries()) {
    const weight = Math.max(0, weights[rank]!);
    for (let at = 0; at < size; at++) sum[at]! += weight * step[at]!;
  }
  return sum;
}

type Learned = {
  readonly strategy: Strategy;
  readonly steps: readonly Float64Array[];
  readonly path: Float64Array;
  readonly still: boolean;
};

function nextCovariance(from: Distribution, { strategy, steps, path, still }: Learned): Matrix {
  const { dimension: n, weights, pathRate, rankOneRate, rankManyRate } = strategy;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const lost = still ? pathRate * (2 - pathRate) : 0;
  const next = from.covariance
    .clone()
    .mul(1 + rankOneRate * lost - rankOneRate - rankManyRate * total);
  addOuter(next, path, rankOneRate);
  for (const [rank, step] of steps.entries()) {
    const weight = weights[rank]!;
    // What is taken away is of the length of a usual step, so that nothing of the covariance falls below 0.
    const shrink = weight >= 0 ? 1 : n / Math.max(1e-300, squareOf(whiten(from, step)));
    addOuter(next, step, rankManyRate * weight * shrink);
  }
  return next;
}

const squareOf = (vector: Float64Array): number => vector.reduce((sum, x) => sum + x * x, 0);

function addOuter(matrix: Matrix, vector: Float64Array, times: number): void {
  for (let i = 0; i < vector.length; i++) {
    for (let j = 0; j < vector.length; j++) {
      matrix.set(i, j, matrix.get(i, j) + times * (vector[i]! * vector[j]!));
    }
  }
}

/** Rounding may take an eigenvalue to 0: it is held above by what float64 can tell from the largest. */
function decompose(covariance: Matrix): Roots {
  const found = new EigenvalueDecomposition(covariance, { assumeSymmetric: true });
  const least = 1e-14 * Math.max(...found.realEigenvalues);
  const scales = found.realEigenvalues.map((value) => Math.sqrt(Math.max(value, least)));
  return rooted(found.eigenvectorMatrix, Float64Array.from(scales));
}

type Roots = Pick<Distribution, "scales" | "spread" | "whitener">;

function rooted(basis: Matrix, scales: Float64Array): Roots {
  const spread = basis.clone().mulRowVector([...scales]);
  const shrunk = basis.clone().divRowVector([...scales]);
  const flat = (matrix: Matrix) => Float64Array.from(matrix.to1DArray());
  return { scales, spread: flat(spread), whitener: flat(shrunk.mmul(basis.transpose())) };
}
