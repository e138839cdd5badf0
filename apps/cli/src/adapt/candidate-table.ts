import { type CandidateRow, SOURCE_ONLY } from "@graft-ml/domain-adapt";
import { percent } from "../terminal/render.js";

/** The best mean rank first. */
export const ranked = (candidates: readonly CandidateRow[]): readonly CandidateRow[] =>
  candidates.toSorted((a, b) => (a.meanRank ?? 0) - (b.meanRank ?? 0));

export const ORACLE = "oracle*";
export const ORACLE_NOTE = "* by the target's labels: nothing was chosen by it";

/** Scores whose names are long for the head of a column. */
export const short: Readonly<Record<string, string>> = {
  information: "info",
  "nuclear norm": "nuclear",
};

/** Rows of a table under its heads, with a column a score; the chosen candidate is marked. */
export function candidateRows(
  candidates: readonly CandidateRow[],
  chosen: string,
): readonly (readonly string[])[] {
  const isJudged = candidates.some(({ oracleAccuracy }) => oracleAccuracy !== undefined);
  const scores = Object.keys(candidates[0]?.scores ?? {}) as (keyof CandidateRow["scores"])[];
  const heads = ["  candidate", "sec", ...scores.map((name) => short[name] ?? name)];
  return [
    [...heads, "rank", "wins", ...(isJudged ? [ORACLE] : [])],
    ...ranked(candidates).map((row) => [
      `${row.name === chosen ? "> " : "  "}${row.name}`,
      row.seconds.toFixed(1),
      ...scores.map((name) => row.scores[name].toFixed(3)),
      row.meanRank?.toFixed(1) ?? "—",
      row.name === SOURCE_ONLY ? "—" : `${Math.round(100 * (row.wins ?? 0))} %`,
      ...(isJudged ? [percent(row.oracleAccuracy ?? Number.NaN)] : []),
    ]),
  ];
}
