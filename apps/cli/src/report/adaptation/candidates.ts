import { type CandidateRow, SOURCE_ONLY } from "@graft-ml/domain-adapt";
import { ORACLE, ranked, short } from "../../adapt/candidate-table.js";
import { html } from "../html.js";
import { seconds, share } from "../numbers.js";
import type { Section } from "../section.js";
import { bar, type Column, dataTable } from "../table.js";
import type { AdaptationReport } from "./adaptation-report.js";

/** Everything that was tried, the best mean rank first. */
export function candidatesSection({ record }: AdaptationReport): Section {
  const { candidates, chosen, target, training } = record;
  const alone = training ? "the same network trained on the source alone" : "a head on the source";
  const oracle =
    target.isLabelled &&
    html` ${ORACLE} is the share of the target that is told right, by its labels: nothing was chosen by it.`;
  return {
    id: "candidates",
    title: "What was tried",
    body: html`<p>Scores need no labels of the target, and higher is better. Rank is the mean of the ranks under info, neighbours and circular, 1 being the best. Wins is the share of resampled targets whose clusters a candidate's classes follow better than those of ${alone}; 95 % is credible.${oracle}</p>
${dataTable(ranked(candidates), {
  caption: "Candidates with their scores",
  columns: columnsOf(candidates, { chosen, isLabelled: target.isLabelled }),
})}`,
  };
}

function columnsOf(
  candidates: readonly CandidateRow[],
  { chosen, isLabelled }: { chosen: string; isLabelled: boolean },
): readonly Column<CandidateRow>[] {
  const scores = Object.keys(candidates[0]?.scores ?? {}) as (keyof CandidateRow["scores"])[];
  const oracle: Column<CandidateRow> = {
    title: ORACLE,
    cell: ({ oracleAccuracy = Number.NaN }) => bar(oracleAccuracy, share(oracleAccuracy)),
    isNumber: true,
  };
  return [
    {
      title: "candidate",
      cell: ({ name }) => (name === chosen ? html`<b>${name}</b> (chosen)` : name),
    },
    { title: "rank", cell: ({ meanRank }) => meanRank?.toFixed(1) ?? "–", isNumber: true },
    {
      title: "wins",
      cell: ({ name, wins = Number.NaN }) =>
        name === SOURCE_ONLY ? "–" : bar(wins, `${Math.round(100 * wins)} %`),
      isNumber: true,
    },
    ...(isLabelled ? [oracle] : []),
    ...scores.map((name) => ({
      title: short[name] ?? name,
      cell: (row: CandidateRow) => row.scores[name].toFixed(3),
      isNumber: true,
    })),
    { title: "time", cell: (row) => seconds(row.seconds), isNumber: true },
  ];
}
