/** One update of the range test. */
export type RatePoint = {
  readonly rate: number;
  /** At the weights that smaller rates led to. */
  readonly loss: number;
  /** Its running mean. */
  readonly smoothed: number;
};

export type RateSuggestion = {
  /** Half way down the longest fall of the smoothed loss: the one to begin with. */
  readonly valley: number;
  /** Where, on that way, the smoothed loss falls fastest over the logarithm of the rate. */
  readonly steepest: number;
};

/**
 * Reads the curve as fastai does, its first tenth and its last five points left out. The valley is the
 * middle of the longest falling subsequence, as if that lay in one piece before its lowest point.
 * Undefined where the loss does not fall.
 */
export function suggestRate(curve: readonly RatePoint[]): RateSuggestion | undefined {
  const kept = curve.slice(Math.floor(curve.length / 10), -5);
  const lengths = fallLengths(kept.map(({ smoothed }) => smoothed));
  const longest = Math.max(0, ...lengths);
  if (longest < 2) return undefined;
  const third = longest / 3;
  const end = lengths.indexOf(longest);
  const start = Math.max(end - longest, 0);
  const middle = end - longest + Math.floor(third) + Math.floor(third / 2);
  return {
    valley: kept[Math.max(middle, 0)]!.rate,
    steepest: kept[steepestPlace(kept, { start, end })]!.rate,
  };
}

/** Over a tenth of the points at a time: from one to the next, the first running means are mostly noise. */
function steepestPlace(
  points: readonly RatePoint[],
  { start, end }: { start: number; end: number },
): number {
  const reach = Math.max(1, Math.floor(points.length / 20));
  const slopeAt = (place: number): number => {
    const before = points[Math.max(place - reach, 0)]!;
    const after = points[Math.min(place + reach, points.length - 1)]!;
    return (after.smoothed - before.smoothed) / Math.log(after.rate / before.rate);
  };
  const slopes = Array.from({ length: end - start + 1 }, (_, i) => slopeAt(start + i));
  return start + slopes.indexOf(Math.min(...slopes));
}

/** How long the longest subsequence is that falls all the way down to each value. */
function fallLengths(values: readonly number[]): readonly number[] {
  const lengths: number[] = [];
  for (const [i, value] of values.entries()) {
    const above = lengths.filter((_, j) => j < i && value < values[j]!);
    lengths[i] = 1 + Math.max(0, ...above);
  }
  return lengths;
}
