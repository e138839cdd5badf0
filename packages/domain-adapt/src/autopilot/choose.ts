import { bootstrapWins, type RowScorer } from "../validate/bootstrap-wins.js";
import { type Clusters, clusterScore } from "../validate/clusters.js";
import { rankCandidates } from "../validate/rank-candidates.js";
import type { CandidateRow } from "./candidate-row.js";
import type { ValidatorName } from "./validators.js";

/** A candidate that was tried, and the classes (M) that it gives the target's rows. */
export type JudgedCandidate = {
  readonly row: CandidateRow;
  readonly predicted: ArrayLike<number>;
};

/**
 * Whose ranks are averaged: one that looks at how the target lies, one at how sure a head is, one at whether
 * the way back finds the source's classes. The others are told for comparison: they reward what is merely sure.
 */
const ENSEMBLE: readonly ValidatorName[] = ["neighbours", "information", "circular"];

/** The share of resampled targets that a candidate has to win. */
const CREDIBLE = 0.95;

export type CandidateChoice = {
  /** The number of the one that is kept. */
  readonly best: number;
  /** In a sentence. */
  readonly why: string;
  /** With their mean ranks and their wins. */
  readonly rows: readonly CandidateRow[];
};

/** The best candidate that is credibly better than the first, which knows only the source; or that one. */
export function chooseCandidate(
  judged: readonly JudgedCandidate[],
  { clusters, seed = 0 }: { clusters: Clusters; seed?: number },
): CandidateChoice {
  const { order, meanRanks } = rankCandidates(
    Object.fromEntries(ENSEMBLE.map((name) => [name, judged.map(({ row }) => row.scores[name])])),
  );
  const scorers = judged.map(({ predicted }) => scorerOf(predicted, clusters));
  const wins = judged.map(({ predicted }, at) =>
    at === 0
      ? 0.5
      : bootstrapWins({
          candidate: scorers[at]!,
          reference: scorers[0]!,
          rows: predicted.length,
          seed,
        }).wins,
  );
  const rows = judged.map(({ row }, at) => ({ ...row, meanRank: meanRanks[at]!, wins: wins[at]! }));
  const best = order.find((at) => at === 0 || wins[at]! >= CREDIBLE) ?? 0;
  return { best, rows, why: reasonOf(rows, best) };
}

/** How well the classes follow the target's clusters: surer models gain nothing by it. */
const scorerOf =
  (predicted: ArrayLike<number>, clusters: Clusters): RowScorer =>
  (rows) => {
    const times = new Float64Array(predicted.length);
    for (const row of rows) times[row]! += 1;
    return { neighbours: clusterScore(predicted, { ...clusters, times }) };
  };

function reasonOf(rows: readonly CandidateRow[], best: number): string {
  const { name, meanRank, wins } = rows[best]!;
  const rank = (value: number | undefined) => (value ?? 0).toFixed(1);
  if (best > 0) {
    return `${name} has the mean rank ${rank(meanRank)} of ${rows.length}, "${rows[0]!.name}" ${rank(rows[0]!.meanRank)}, and its classes follow the target's clusters better in ${Math.round(100 * (wins ?? 0))} % of resampled targets.`;
  }
  if (rows.length === 1) return "Nothing else was tried.";
  return rows.every((row) => row.scores.neighbours <= rows[0]!.scores.neighbours)
    ? `No method is credibly better: "${name}" follows the target's clusters as well as any does, or so well, beside how the source's true classes follow the source's, that more would say nothing.`
    : `No method is credibly better: none is ranked above "${name}" (${rank(meanRank)} of ${rows.length}) and follows the target's clusters better in ${100 * CREDIBLE} % of resampled targets.`;
}
