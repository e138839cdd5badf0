import { GraftError } from "../errors.js";

export type PairedTTest = {
  /** Mean of `a - b`. */
  readonly difference: number;
  /** Pairs less one. */
  readonly freedom: number;
  readonly t: number;
  /** Chance of a `t` at least as far from 0, to either side, where the true difference is 0. */
  readonly p: number;
};

/**
 * Student's t-test of paired scores, two-sided: two methods on the same seeds or folds. NaN where no two
 * differences differ and they are 0. Throws `shape-mismatch` for lists that are no pairs, or fewer than two.
 */
export function pairedTTest(a: ArrayLike<number>, b: ArrayLike<number>): PairedTTest {
  const count = a.length;
  if (count !== b.length || count < 2) {
    throw new GraftError(
      "shape-mismatch",
      `A paired t-test needs at least two pairs, not ${count} scores beside ${b.length}.`,
      { details: { a: count, b: b.length } },
    );
  }
  const differences = Float64Array.from(a, (value, at) => value - b[at]!);
  const difference = differences.reduce((sum, value) => sum + value, 0) / count;
  const squares = differences.reduce((sum, value) => sum + (value - difference) ** 2, 0);
  const freedom = count - 1;
  const t = difference / Math.sqrt(squares / freedom / count);
  return { difference, freedom, t, p: 1 - within(t, freedom) };
}

/** Chance that Student's t lies within -t to t: a finite sum (Abramowitz and Stegun, 26.7.3 and 26.7.4). */
function within(t: number, freedom: number): number {
  const angle = Math.atan(Math.abs(t) / Math.sqrt(freedom));
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const isOdd = freedom % 2 === 1;
  let term = isOdd ? cosine : 1;
  let sum = 0;
  for (let step = isOdd ? 1 : 0; step < freedom - 1; step += 2) {
    sum += term;
    term *= ((step + 1) / (step + 2)) * cosine ** 2;
  }
  return isOdd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
}
