/** What each token adds to the score at some points of the line, summed over the points. */
type SumAt = (portions: readonly number[]) => Promise<Float64Array>;

export type Integral = {
  /** A number a token. */
  readonly values: Float64Array;
  /** By how much their sum differs from what it should be. */
  readonly gap: number;
  /** Points of the line that were looked at. */
  readonly steps: number;
};

/**
 * The integral of the gradients along the line (arXiv 1703.01365, equation 3) by the midpoint rule. While
 * the sum is further from `total` than `tolerance`, each interval is cut into three, which keeps the points
 * looked at so far; up to `maxSteps` of them.
 */
export async function integrate(
  sumAt: SumAt,
  options: { total: number; steps: number; tolerance: number; maxSteps: number },
): Promise<Integral> {
  const { total, tolerance, maxSteps } = options;
  let steps = options.steps;
  let sums = await sumAt(midpoints(steps));
  for (;;) {
    const values = sums.map((sum) => sum / steps);
    const gap = values.reduce((all, value) => all + value, 0) - total;
    if (Math.abs(gap) <= tolerance || 3 * steps > maxSteps) return { values, gap, steps };
    // The middle one of each three is there already.
    const added = await sumAt(midpoints(3 * steps).filter((_, at) => at % 3 !== 1));
    sums = sums.map((sum, token) => sum + added[token]!);
    steps *= 3;
  }
}

const midpoints = (steps: number): number[] =>
  Array.from({ length: steps }, (_, at) => (at + 0.5) / steps);
