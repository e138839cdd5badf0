import { headProbabilities } from "../heads/linear-head.js";
import { bootstrapWins, rowScorer } from "../validate/bootstrap-wins.js";
import { informationScore } from "../validate/entropy-scores.js";
import { nuclearNormScore } from "../validate/nuclear-norm.js";
import { rankCandidates } from "../validate/rank-candidates.js";
import type { CandidateRow } from "./adapt.js";
import type { Adapted } from "./candidates.js";
import type { Lesson } from "./lesson.js";
import { type ValidatorName, validators } from "./validators.js";

/** A candidate that was tried. */
export type Judged = { readonly row: CandidateRow; readonly adapted: Adapted };

/** The share of resampled targets that a candidate has to win. */
const CREDIBLE = 0.95;

type Choice = {
  /** Its number. */
  readonly best: number;
  readonly why: string;
  readonly rows: readonly CandidateRow[];
};

/** The best candidate that is credibly better than the first, "source only"; or that one. */
export function chooseCandidate(judged: readonly Judged[], lesson: Lesson): Choice {
  const names = Object.keys(validators) as ValidatorName[];
  const { order, meanRanks } = rankCandidates(
    Object.fromEntries(names.map((name) => [name, judged.map(({ row }) => row.scores[name])])),
  );
  const scorers = judged.map(({ adapted }) => scorerOf(adapted, lesson));
  const wins = judged.map((_, at) =>
    at === 0
      ? 0.5
      : bootstrapWins({
          candidate: scorers[at]!,
          reference: scorers[0]!,
          rows: lesson.target.rows,
          seed: lesson.seed,
        }).wins,
  );
  const rows = judged.map(({ row }, at) => ({ ...row, meanRank: meanRanks[at]!, wins: wins[at]! }));
  const best = order.find((at) => at === 0 || wins[at]! >= CREDIBLE) ?? 0;
  return { best, rows, why: reasonOf(rows, best) };
}

const scorerOf = ({ head }: Adapted, { target }: Lesson) => {
  const { rows, columns, data } = headProbabilities(target, head);
  return rowScorer(
    { dtype: "float64", shape: [rows, columns], data },
    { information: informationScore, "nuclear norm": nuclearNormScore },
  );
};

function reasonOf(rows: readonly CandidateRow[], best: number): string {
  const { name, meanRank, wins } = rows[best]!;
  const rank = (value: number | undefined) => (value ?? 0).toFixed(1);
  if (best > 0) {
    return `${name} has the mean rank ${rank(meanRank)} of ${rows.length}, "${rows[0]!.name}" ${rank(rows[0]!.meanRank)}, and is preferred in ${Math.round(100 * (wins ?? 0))} % of resampled targets.`;
  }
  return rows.length === 1
    ? "Nothing else was tried."
    : `No method is credibly better: none is ranked above "${name}" (${rank(meanRank)} of ${rows.length}) and preferred in ${100 * CREDIBLE} % of resampled targets.`;
}
