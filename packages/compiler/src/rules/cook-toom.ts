/**
 * Convolutions with fewer products: m neighbouring results of a filter of r taps take m + r - 1 products
 * instead of m r (Winograd, Arithmetic Complexity of Computations, 1980; Lavin and Gray, Fast Algorithms for
 * Convolutional Neural Networks, CVPR 2016):
 *
 *   results = output ((filter g) * (input d))
 *
 * Both polynomials are evaluated at m + r - 1 points, one of them infinity, and the product's coefficients are
 * found from its values.
 */
import type { Matrix } from "./matrix.js";

export type CookToom = {
  /** Products: m + r - 1. */
  readonly points: number;
  /** [points, points]: what a stretch of the map becomes. */
  readonly input: Matrix;
  /** [points, taps] */
  readonly filter: Matrix;
  /** [results, points] */
  readonly output: Matrix;
};

/**
 * Points near 1 and, where they can, in pairs of reciprocals keep float32's error small: these have the least
 * among small fractions (as Barabasz et al. found, Error Analysis and Improving the Accuracy of Winograd
 * Convolution, TOMS 2020).
 */
const finitePoints: Readonly<Record<number, readonly number[]>> = {
  6: [0, 2 / 3, -2 / 3, 3 / 2, -3 / 2],
  7: [0, 1, 2, 1 / 2, -3 / 2, -2 / 3],
};

/** Coefficients of the product of (x - root), from the constant up. */
function fromRoots(roots: readonly number[]): number[] {
  const coefficients = [1];
  for (const root of roots) {
    coefficients.unshift(0);
    for (let power = 0; power < coefficients.length - 1; power++) {
      coefficients[power] =
        (coefficients[power] as number) - root * (coefficients[power + 1] as number);
    }
  }
  return coefficients;
}

const powers = (point: number, count: number): number[] =>
  Array.from({ length: count }, (_, power) => point ** power);

const unit = (count: number): number[] =>
  Array.from({ length: count }, (_, index) => (index === count - 1 ? 1 : 0));

/** The power of two nearest to the largest of the numbers. */
const magnitude = (row: readonly number[]): number =>
  2 ** Math.round(Math.log2(Math.max(...row.map(Math.abs))));

/** The matrices for `results` results of `taps` taps: 4 of 3, or 4 of 4. Throws RangeError for others. */
export function cookToom(results: number, taps: number): CookToom {
  const points = results + taps - 1;
  const finite = finitePoints[points];
  if (finite === undefined)
    throw new RangeError(`No points for ${results} results of ${taps} taps.`);
  // Lagrange's polynomials, and the one that is zero at all points: what infinity adds.
  const input = [
    ...finite.map((point, index) => {
      const others = finite.filter((_, other) => other !== index);
      const scale = others.reduce((product, other) => product * (point - other), 1);
      return [...fromRoots(others).map((value) => value / scale), 0];
    }),
    fromRoots(finite),
  ];
  const filter = [...finite.map((point) => powers(point, taps)), unit(taps)];
  const values = [...finite.map((point) => powers(point, results)), unit(results)];
  // What the maps become stays as large as they are; the filter takes the rest.
  const scales = input.map(magnitude);
  return {
    points,
    input: input.map((row, index) => row.map((value) => value / (scales[index] as number))),
    filter: filter.map((row, index) => row.map((value) => value * (scales[index] as number))),
    output: Array.from({ length: results }, (_, result) =>
      values.map((row) => row[result] as number),
    ),
  };
}
