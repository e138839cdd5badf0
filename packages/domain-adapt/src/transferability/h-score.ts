import { GraftError } from "@graft-ml/core";
import {
  gram,
  type Matrix,
  mapMatrix,
  multiply,
  multiplyTransposed,
  solveSymmetric,
  transpose,
} from "@graft-ml/core/linalg";
import { symmetricEigen } from "../linalg/eigen.js";
import { centred } from "../linalg/moments.js";
import { classRows, groupMeans } from "./class-rows.js";
import { ledoitWolf } from "./ledoit-wolf.js";

/** Directions of less variance than this share of the largest are none. */
const NOTHING = 1e-10;

/**
 * H-score of features (N, D): the trace of cov(f)^-1 cov(E[f | y]), higher where a linear head will do
 * better (Bao et al. 2019). With `shrink`, cov(f) is Ledoit and Wolf's and the other one
 * times 1 - a, their intensity (Ibrahim et al. 2021): for few samples of many features. Both are over N. Throws
 * `dataset-invalid` for one class, or without `shrink` for no more rows than features.
 */
export function hScore(
  features: Matrix,
  options: {
    /** Class numbers (N). */
    readonly labels: ArrayLike<number>;
    /** Default false. */
    readonly shrink?: boolean;
  },
): number {
  const { labels, shrink = false } = options;
  const groups = classRows(features, labels);
  const rows = centred(features);
  // Each class's mean by the root of its share: their Gram matrix is the covariance of the means.
  const means = mapMatrix(groupMeans(rows, groups), (value, group) => {
    return value * Math.sqrt(groups[group]!.length / features.rows);
  });
  return shrink ? shrunkTrace(rows, means) : plainTrace(rows, means);
}

/** tr(S^+ M'M), over the directions in which features vary. */
function plainTrace(rows: Matrix, means: Matrix): number {
  if (rows.rows <= rows.columns) {
    throw new GraftError(
      "dataset-invalid",
      `${rows.rows} rows of ${rows.columns} features are told apart by any backbone. Set shrink, or give more rows than features.`,
      { details: { rows: rows.rows, columns: rows.columns } },
    );
  }
  const { values, vectors } = symmetricEigen(gram(rows));
  const along = multiplyTransposed(means, vectors);
  const least = NOTHING * values[0]!;
  return along.data.reduce((sum, value, at) => {
    const variance = values[at % values.length]! / rows.rows;
    return variance * rows.rows > least ? sum + value ** 2 / variance : sum;
  }, 0);
}

/** (1 - a) tr(((1 - a) S + a v)^-1 M'M), by the smaller of two systems. */
function shrunkTrace(rows: Matrix, means: Matrix): number {
  const isWide = rows.columns > rows.rows;
  const products = gram(isWide ? transpose(rows) : rows);
  const { intensity, meanVariance } = ledoitWolf(rows, products);
  if (meanVariance === 0) return 0;
  const [kept, ridge] = [(1 - intensity) / rows.rows, intensity * meanVariance];
  if (isWide && ridge > 0)
    return (1 - intensity) * wideTrace(rows, means, { products, kept, ridge });
  const shrunk = mapMatrix(products, (x, i, j) => kept * x + (i === j ? ridge : 0));
  return (1 - intensity) * innerSum(transpose(means), solveSymmetric(shrunk, transpose(means)));
}

/** The same by the push-through identity: (k X'X + r)^-1 = (1 - X' (XX' + r / k)^-1 X) / r. */
function wideTrace(
  rows: Matrix,
  means: Matrix,
  { products, kept, ridge }: { products: Matrix; kept: number; ridge: number },
): number {
  const whole = innerSum(means, means);
  if (kept === 0) return whole / ridge;
  const along = multiply(rows, transpose(means));
  const system = mapMatrix(products, (x, i, j) => x + (i === j ? ridge / kept : 0));
  return (whole - innerSum(along, solveSymmetric(system, along))) / ridge;
}

const innerSum = (a: Matrix, b: Matrix): number =>
  a.data.reduce((sum, value, at) => sum + value * b.data[at]!, 0);
