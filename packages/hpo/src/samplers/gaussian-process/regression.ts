import { CholeskyDecomposition, Matrix } from "ml-matrix";
import { normalBelow, normalDensity } from "../../normal.js";
import { matern, squareBetween } from "./kernel.js";

/** What a Gaussian process assumes: in the unit of standardised values. */
export type Assumed = {
  /** Of each coordinate: the distance over which values go together. */
  readonly lengths: readonly number[];
  /** The variance of noise beside the function's 1. */
  readonly noise: number;
};

/** A Gaussian process with mean 0 and variance 1 that knows some values. */
export type Process = {
  readonly assumed: Assumed;
  readonly points: readonly Float64Array[];
  readonly lower: Matrix;
  readonly weights: Float64Array;
  /** Of the values under what is assumed (Rasmussen and Williams 2006, chapter 2). */
  readonly logLikelihood: number;
};

/** What is expected at a point: mean and deviation, without noise. */
export type Expected = { readonly mean: number; readonly deviation: number };

/** A process that knows values at points; `undefined` where they can't be told apart in float64. */
export function condition(
  points: readonly Float64Array[],
  values: readonly number[],
  assumed: Assumed,
): Process | undefined {
  const size = points.length;
  const gram = Matrix.zeros(size, size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      const value = matern(squareBetween(points[i]!, points[j]!, assumed.lengths));
      gram.set(i, j, value);
      gram.set(j, i, value);
    }
    gram.set(i, i, 1 + assumed.noise);
  }
  const found = new CholeskyDecomposition(gram);
  if (!found.isPositiveDefinite()) return undefined;
  const lower = found.lowerTriangularMatrix;
  const weights = Float64Array.from(found.solve(Matrix.columnVector([...values])).to1DArray());
  const fit = weights.reduce((sum, weight, at) => sum + weight * values[at]!, 0);
  let logs = 0;
  for (let at = 0; at < size; at++) logs += Math.log(lower.get(at, at));
  const logLikelihood = -0.5 * fit - logs - 0.5 * size * Math.log(2 * Math.PI);
  return { assumed, points, lower, weights, logLikelihood };
}

/** The posterior at a point. */
export function expectAt(
  { assumed, points, lower, weights }: Process,
  point: Float64Array,
): Expected {
  const kernels = points.map((other) => matern(squareBetween(point, other, assumed.lengths)));
  const mean = kernels.reduce((sum, kernel, at) => sum + kernel * weights[at]!, 0);
  // v with Lv = k: what is known of the point.
  let known = 0;
  const solved = new Float64Array(points.length);
  for (let i = 0; i < points.length; i++) {
    let left = kernels[i]!;
    for (let j = 0; j < i; j++) left -= lower.get(i, j) * solved[j]!;
    solved[i] = left / lower.get(i, i);
    known += solved[i]! ** 2;
  }
  return { mean, deviation: Math.sqrt(Math.max(0, 1 - known)) };
}

/** By how much a point is expected to be below the least value (Jones, Schonlau and Welch 1998). */
export function expectedImprovement({ mean, deviation }: Expected, least: number): number {
  if (deviation === 0) return Math.max(0, least - mean);
  const gain = (least - mean) / deviation;
  return deviation * (gain * normalBelow(gain) + normalDensity(gain));
}
