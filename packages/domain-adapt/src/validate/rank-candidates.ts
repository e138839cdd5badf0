import { GraftError } from "@graft-ml/core";
import { finiteList } from "./inputs.js";

export type RankedCandidates = {
  /** By validator: the rank of each candidate, 1 for the highest score; equals share their mean rank. */
  readonly ranks: Readonly<Record<string, Float64Array>>;
  /** The mean of each candidate's ranks: low is good. */
  readonly meanRanks: Float64Array;
  /** Candidates from the best mean rank to the worst; of equals, the earlier first. */
  readonly order: readonly number[];
};

/**
 * Candidates ordered by the mean of their ranks under several validators (Borda's count), so that no
 * validator's scale decides. `scores` names for each validator one score a candidate, higher being
 * better. Throws `shape-mismatch` for lists of several lengths, and `dataset-invalid` for NaN.
 */
export function rankCandidates(
  scores: Readonly<Record<string, ArrayLike<number>>>,
): RankedCandidates {
  const names = Object.keys(scores);
  if (names.length === 0) {
    throw new GraftError(
      "dataset-empty",
      "No validator scored the candidates. Pass the scores of one or more.",
    );
  }
  const count = scores[names[0]!]!.length;
  const ranks = Object.fromEntries(
    names.map((name) => {
      const list = finiteList(scores[name]!, { what: `scores by ${name}`, count });
      return [name, ranksOf(list)] as const;
    }),
  );
  const meanRanks = Float64Array.from({ length: count }, (_, candidate) => {
    return names.reduce((sum, name) => sum + ranks[name]![candidate]!, 0) / names.length;
  });
  const order = Array.from(meanRanks.keys()).sort((a, b) => meanRanks[a]! - meanRanks[b]!);
  return { ranks, meanRanks, order };
}

/** 1 for the highest. */
function ranksOf(scores: Float64Array): Float64Array {
  const order = Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]!);
  const ranks = new Float64Array(scores.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && scores[order[end]!] === scores[order[start]!]) end++;
    for (const candidate of order.slice(start, end)) ranks[candidate] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}
