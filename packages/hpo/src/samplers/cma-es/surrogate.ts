import { CholeskyDecomposition, Matrix } from "ml-matrix";
import type { Direction, FinishedTrial } from "../../trial.js";
import { rankTrials } from "../rank.js";
import { type Distribution, whiten } from "./update.js";

/** What is expected of a point: less is better, in no unit. */
export type Surrogate = (point: Float64Array) => number;

/** What a surrogate learns from. */
export type SurrogateInput = {
  readonly history: readonly FinishedTrial[];
  readonly directions: readonly Direction[];
  readonly distribution: Distribution;
  /** The evolved numbers of a trial. */
  readonly pointOf: (trial: FinishedTrial) => Float64Array;
};

/** Beside the kernel's 1: ranks of neighbours are no smooth function. */
const NOISE = 1e-4;

/**
 * The mean of a Gaussian process through the ranks of the trials nearest to a CMA-ES's mean, in the
 * coordinates in which its distribution is round: it has no parameters to fit, and like the CMA-ES itself
 * doesn't change with what keeps the order of values. `undefined` where too few trials have ended.
 */
export function surrogateOf(input: SurrogateInput): Surrogate | undefined {
  const { history, directions, distribution, pointOf } = input;
  const size = distribution.mean.length;
  const most = Math.min(60, 10 + 6 * size);
  const ended = history.slice(-4 * most).filter(({ state }) => state === "complete");
  if (ended.length < size + 2) return undefined;
  const round = (point: Float64Array) => whiten(distribution, stepTo(distribution, point));
  const near = ended
    .map((trial) => ({ trial, place: round(pointOf(trial)) }))
    .sort((a, b) => squareOf(a.place) - squareOf(b.place) || a.trial.number - b.trial.number)
    .slice(0, most);
  const ranks = new Map(
    rankTrials(
      near.map(({ trial }) => trial),
      directions,
    ).map((trial, rank) => [trial, rank / (near.length - 1) - 0.5]),
  );
  const places = near.map(({ place }) => place);
  const weights = fit(
    places,
    near.map(({ trial }) => ranks.get(trial)!),
  );
  return (point) => {
    const place = round(point);
    return places.reduce((sum, other, at) => sum + weights[at]! * kernel(place, other), 0);
  };
}

/** Weights of the kernels about each place that sum to the values there. */
function fit(places: readonly Float64Array[], values: readonly number[]): readonly number[] {
  const gram = Matrix.zeros(places.length, places.length);
  for (const [i, place] of places.entries()) {
    for (let j = 0; j < i; j++) {
      const value = kernel(place, places[j]!);
      gram.set(i, j, value);
      gram.set(j, i, value);
    }
    gram.set(i, i, 1 + NOISE);
  }
  return new CholeskyDecomposition(gram).solve(Matrix.columnVector([...values])).to1DArray();
}

/** As wide as the distribution's points are usually from its mean. */
function kernel(a: Float64Array, b: Float64Array): number {
  let square = 0;
  for (let at = 0; at < a.length; at++) square += (a[at]! - b[at]!) ** 2;
  return Math.exp((-0.5 * square) / a.length);
}

const stepTo = ({ mean, sigma }: Distribution, point: Float64Array): Float64Array =>
  point.map((x, at) => (x - mean[at]!) / sigma);

const squareOf = (vector: Float64Array): number => vector.reduce((sum, x) => sum + x * x, 0);
