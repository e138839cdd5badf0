/** One label over many samples. */
export type Ranked = {
  /** The higher, the more likely. */
  scores: ArrayLike<number>;
  /** 0 or 1. */
  targets: ArrayLike<number>;
  /** Weight of each sample; 0 (padding) is left out. Default: all 1. */
  sampleWeight?: ArrayLike<number>;
};

/** What is taken for positive at a threshold: sums of weights. */
export type Cut = {
  /** Scores of at least this are taken. */
  readonly threshold: number;
  readonly hits: number;
  readonly taken: number;
};

/** A cut at each score that occurs, from the highest down, and the weight of all positives. */
export function cutsOf(input: Ranked): { cuts: readonly Cut[]; positives: number } {
  const { scores, targets, sampleWeight } = input;
  const weightOf = (row: number) => sampleWeight?.[row] ?? 1;
  const rows = Array.from({ length: targets.length }, (_, row) => row)
    .filter((row) => weightOf(row) > 0)
    .sort((a, b) => scores[b]! - scores[a]!);
  const cuts: Cut[] = [];
  let [hits, taken] = [0, 0];
  rows.forEach((row, at) => {
    hits += weightOf(row) * targets[row]!;
    taken += weightOf(row);
    // Equal scores can't be told apart by any threshold.
    const threshold = scores[row]!;
    if (scores[rows[at + 1] ?? -1] !== threshold) cuts.push({ threshold, hits, taken });
  });
  return { cuts, positives: hits };
}

/**
 * Average precision: the sum over the cuts of precision times the gain in recall, without
 * interpolation, as scikit-learn's. NaN where there are no positives.
 */
export function averagePrecision(input: Ranked): number {
  const { cuts, positives } = cutsOf(input);
  let [sum, before] = [0, 0];
  for (const { hits, taken } of cuts) {
    sum += ((hits - before) / positives) * (hits / taken);
    before = hits;
  }
  return positives === 0 ? Number.NaN : sum;
}

/** The threshold with the best F1, the highest of equals, and that F1; 1/2 and 0 where there are no positives. */
export function bestThreshold(input: Ranked): { threshold: number; f1: number } {
  const { cuts, positives } = cutsOf(input);
  let best = { threshold: 0.5, f1: 0 };
  for (const { threshold, hits, taken } of cuts) {
    const f1 = (2 * hits) / (taken + positives);
    if (f1 > best.f1) best = { threshold, f1 };
  }
  return best;
}
