import { type CandidateRow, SOURCE_ONLY } from "@graft-ml/domain-adapt";
import { percent } from "../terminal/render.js";

/** The best mean rank first. */
export const ranked = (candidates: readonly CandidateRow[]): readonly CandidateRow[] =>
  candidates.toSorted((a, b) => (a.meanRank ?? 0) - (b.meanRank ?? 0));

export const ORACLE = "oracle*";
export const ORACLE_NOTE = "* by the target's labels: nothing was chosen by it";

/** Rows of a table under its heads; the chosen candidate is marked. */
export function candidateRows(
  candidates: readonly CandidateRow[],
  chosen: string,
): readonly (readonly string[])[] {
  const isJudged = candidates.some(({ oracleAccuracy }) => oracleAccuracy !== undefined);
  const heads = ["  candidate", "seconds", "information", "nuclear", "density", "circular"];
  return [
    [...heads, "rank", "wins", ...(isJudged ? [ORACLE] : [])],
    ...ranked(candidates).map((row) => [
      `${row.name === chosen ? "> " : "  "}${row.name}`,
      row.seconds.toFixed(1),
      row.scores.information.toFixed(3),
      row.scores["nuclear norm"].toFixed(3),
      row.scores.density.toFixed(3),
      row.scores.circular.toFixed(3),
      row.meanRank?.toFixed(1) ?? "—",
      row.name === SOURCE_ONLY ? "—" : `${Math.round(100 * (row.wins ?? 0))} %`,
      ...(isJudged ? [percent(row.oracleAccuracy ?? Number.NaN)] : []),
    ]),
  ];
}
