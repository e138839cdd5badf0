import { GraftError } from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";

/**
 * How a squared MMD is estimated of a batch (Gretton et al. 2012, "A kernel two-sample test"): "biased",
 * the distance of the two means, eq. 5, never below 0; "unbiased" leaves out each row's pair with itself,
 * eq. 3; "linear" takes neighbouring rows as pairs, lemma 14, with an even number of as many rows of both.
 */
export type MmdEstimate = "biased" | "unbiased" | "linear";

/**
 * What each pair of rows, source then target, counts in the estimate: (N + M, N + M). Throws
 * `batch-invalid` for sizes that the estimate can't be made of.
 */
export function mmdCoefficients(
  source: number,
  target: number,
  estimate: MmdEstimate,
): tf.Tensor2D {
  checkSizes(source, target, estimate);
  const size = source + target;
  const counts = countOf(source, target, estimate);
  const data = Float32Array.from({ length: size * size }, (_, at) =>
    counts(Math.floor(at / size), at % size),
  );
  return tf.tensor2d(data, [size, size]);
}

type Count = (row: number, column: number) => number;

function countOf(source: number, target: number, estimate: MmdEstimate): Count {
  const isSource = (at: number) => at < source;
  if (estimate === "linear") {
    // Row 2i is paired with row 2i + 1 of its own domain and of the other.
    const placeOf = (at: number) => (isSource(at) ? at : at - source);
    return (i, j) => {
      const [a, b] = [placeOf(i), placeOf(j)];
      const paired = a !== b && Math.floor(a / 2) === Math.floor(b / 2);
      return paired ? (isSource(i) === isSource(j) ? 1 : -1) / source : 0;
    };
  }
  const own = (count: number) => 1 / (count * (estimate === "biased" ? count : count - 1));
  return (i, j) => {
    if (isSource(i) !== isSource(j)) return -1 / (source * target);
    if (i === j && estimate === "unbiased") return 0;
    return own(isSource(i) ? source : target);
  };
}

function checkSizes(source: number, target: number, estimate: MmdEstimate): void {
  const sound = {
    biased: source > 0 && target > 0,
    unbiased: source > 1 && target > 1,
    linear: source === target && source > 1 && source % 2 === 0,
  };
  if (sound[estimate]) return;
  const needs =
    estimate === "linear" ? "an even number of as many rows of both" : "more rows of each domain";
  throw new GraftError(
    "batch-invalid",
    `The ${estimate} estimate of the MMD needs ${needs}, not ${source} of the source and ${target} of the target. Change the batch size, or take the biased one.`,
    { details: { source, target, estimate } },
  );
}
