import { CholeskyDecomposition, Matrix } from "ml-matrix";
import type { Direction, FinishedTrial } from "../../trial.js";
import { rankTrials } from "../rank.js";
import type { Run } from "./replay.js";
import { applyInto, type Distribution } from "./update.js";

/** What is expected of a point: less is better, in no unit. */
export type Surrogate = (point: Float64Array) => number;

/** What a surrogate learns from. */
export type SurrogateInput = {
  readonly history: readonly FinishedTrial[];
  readonly directions: readonly Direction[];
  /** The evolved numbers of a trial. */
  readonly pointOf: (trial: FinishedTrial) => Float64Array;
};

/** Beside the kernel's 1: ranks of neighbours are no smooth function. */
const NOISE = 1e-4;

const known = new WeakMap<Run, Surrogate | null>();

/**
 * The mean of a Gaussian process through the ranks of the trials nearest to a CMA-ES's mean, in the
 * coordinates in which its distribution is round: it has no parameters to fit, and like the CMA-ES itself
 * doesn't change with what keeps the order of values. It learns with each generation, from the trials before
 * it, and costs the trials of the generation little. `undefined` where too few have ended.
 */
export function surrogateOf(run: Run, input: SurrogateInput): Surrogate | undefined {
  const learned = known.get(run);
  if (learned !== undefined) return learned ?? undefined;
  const surrogate = learn(run, input);
  known.set(run, surrogate ?? null);
  return surrogate;
}

type Place = { readonly trial: FinishedTrial; readonly at: Float64Array; readonly far: number };

function learn(run: Run, { history, directions, pointOf }: SurrogateInput): Surrogate | undefined {
  const { distribution, first } = run;
  const size = distribution.mean.length;
  const most = Math.min(60, 10 + 6 * size);
  const ended = history
    .slice(Math.max(0, first - 4 * most), first)
    .filter(({ state }) => state === "complete");
  if (ended.length < size + 2) return undefined;
  const near = ended
    .map((trial): Place => {
      const at = placeOf(distribution, pointOf(trial));
      return { trial, at, far: squareOf(at) };
    })
    .sort((a, b) => a.far - b.far || a.trial.number - b.trial.number)
    .slice(0, most);
  const ranked = rankTrials(
    near.map(({ trial }) => trial),
    directions,
  );
  const ranks = new Map(ranked.map((trial, rank) => [trial, rank / (near.length - 1) - 0.5]));
  const places = near.map(({ at }) => at);
  const weights = fit(
    places,
    near.map(({ trial }) => ranks.get(trial)!),
  );
  const flat = Float64Array.from(places.flatMap((place) => [...place]));
  const [step, place] = [new Float64Array(size), new Float64Array(size)];
  return (point) => {
    writePlace(place, { distribution, point, step });
    return weighKernels(place, flat, weights);
  };
}

/** Weights of the kernels about each place that sum to the values there. */
function fit(places: readonly Float64Array[], values: readonly number[]): Float64Array {
  const gram = Matrix.zeros(places.length, places.length);
  for (const [i, place] of places.entries()) {
    for (let j = 0; j < i; j++) {
      const value = kernel(place, places[j]!);
      gram.set(i, j, value);
      gram.set(j, i, value);
    }
    gram.set(i, i, 1 + NOISE);
  }
  const solved = new CholeskyDecomposition(gram).solve(Matrix.columnVector([...values]));
  return Float64Array.from(solved.to1DArray());
}

/** The sum of the kernels about places, one after the other in `flat`, by their weights. */
function weighKernels(place: Float64Array, flat: Float64Array, weights: Float64Array): number {
  const size = place.length;
  let sum = 0;
  for (let other = 0, start = 0; other < weights.length; other++, start += size) {
    let square = 0;
    for (let at = 0; at < size; at++) {
      const apart = place[at]! - flat[start + at]!;
      square += apart * apart;
    }
    sum += weights[other]! * Math.exp((-0.5 * square) / size);
  }
  return sum;
}

/** As wide as the distribution's points are usually from its mean. */
function kernel(a: Float64Array, b: Float64Array): number {
  let square = 0;
  for (let at = 0; at < a.length; at++) square += (a[at]! - b[at]!) ** 2;
  return Math.exp((-0.5 * square) / a.length);
}

function placeOf(distribution: Distribution, point: Float64Array): Float64Array {
  const place = new Float64Array(point.length);
  writePlace(place, { distribution, point, step: new Float64Array(point.length) });
  return place;
}

/** Writes where a point is in the coordinates in which the distribution is round; `step` is scratch. */
function writePlace(
  place: Float64Array,
  {
    distribution,
    point,
    step,
  }: { distribution: Distribution; point: Float64Array; step: Float64Array },
): void {
  const { mean, sigma, whitener } = distribution;
  for (let at = 0; at < step.length; at++) step[at] = (point[at]! - mean[at]!) / sigma;
  applyInto(place, whitener, step);
}

const squareOf = (vector: Float64Array): number => vector.reduce((sum, x) => sum + x * x, 0);
