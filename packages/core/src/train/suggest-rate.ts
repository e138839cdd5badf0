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
  /** Where the smoothed loss falls fastest over the logarithm of the rate: often bolder. */
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
  const middle = lengths.indexOf(longest) - longest + Math.floor(third) + Math.floor(third / 2);
  const slopes = kept.slice(1).map((point, i) => {
    const past = kept[i]!;
    return (point.smoothed - past.smoothed) / Math.log(point.rate / past.rate);
  });
  return {
    valley: kept[Math.max(middle, 0)]!.rate,
    steepest: kept[slopes.indexOf(Math.min(...slopes))]!.rate,
  };
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
