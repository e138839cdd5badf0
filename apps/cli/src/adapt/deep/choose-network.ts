import {
  bootstrapWins,
  type CandidateRow,
  type RowScorer,
  rankCandidates,
} from "@graft-ml/domain-adapt";
import { type Clusters, clusterScore } from "./clusters.js";

/** A network that was trained, and the classes (N) that it gives the target's samples. */
export type JudgedNetwork = { readonly row: CandidateRow; readonly predicted: ArrayLike<number> };

/** As the choice among heads on frozen features: whose ranks are averaged, and what has to be won. */
const ENSEMBLE = ["neighbours", "information", "circular"] as const;
const CREDIBLE = 0.95;

type Choice = {
  /** Its number. */
  readonly best: number;
  readonly why: string;
  readonly rows: readonly CandidateRow[];
};

/** The best network that is credibly better than the first, "source only"; or that one. */
export function chooseNetwork(
  judged: readonly JudgedNetwork[],
  { clusters, seed }: { clusters: Clusters; seed: number },
): Choice {
  const { order, meanRanks } = rankCandidates(
    Object.fromEntries(ENSEMBLE.map((name) => [name, judged.map(({ row }) => row.scores[name])])),
  );
  const scorers = judged.map(
    ({ predicted }): RowScorer =>
      (rows) => {
        const times = new Float64Array(predicted.length);
        for (const row of rows) times[row]! += 1;
        return { neighbours: clusterScore(predicted, { ...clusters, times }) };
      },
  );
  const rows = judged.map(({ row, predicted }, at) => {
    const given = { candidate: scorers[at]!, reference: scorers[0]!, rows: predicted.length, seed };
    const wins = at === 0 ? 0.5 : bootstrapWins(given).wins;
    return { ...row, meanRank: meanRanks[at]!, wins };
  });
  const best = order.find((at) => at === 0 || rows[at]!.wins >= CREDIBLE) ?? 0;
  return { best, rows, why: reasonOf(rows, best) };
}

function reasonOf(rows: readonly CandidateRow[], best: number): string {
  const [first] = rows;
  const { name, meanRank, wins = 0 } = rows[best]!;
  const rank = (value: number | undefined) => (value ?? 0).toFixed(1);
  if (best > 0) {
    return `${name} has the mean rank ${rank(meanRank)} of ${rows.length}, "${first!.name}" ${rank(first!.meanRank)}, and its classes follow the target's clusters better in ${Math.round(100 * wins)} % of resampled targets.`;
  }
  if (rows.length === 1) return "Nothing else was tried.";
  return rows.every(({ scores }) => scores.neighbours <= first!.scores.neighbours)
    ? `No method is credibly better: "${name}" follows the target's clusters as well as any does, or as well as the source's true classes follow the source's, and more would say nothing.`
    : `No method is credibly better: none is ranked above "${name}" (${rank(meanRank)} of ${rows.length}) and follows the target's clusters better in ${100 * CREDIBLE} % of resampled targets.`;
}
