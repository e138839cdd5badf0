import { type CandidateRow, SOURCE_ONLY } from "@graft-ml/domain-adapt";
import { ORACLE_NOTE } from "../../adapt/candidate-table.js";
import { shiftWords } from "../../adapt/shift-words.js";
import { percent } from "../../terminal/render.js";
import { html, type Markup, named, type Part } from "../html.js";
import { grouped, many } from "../numbers.js";
import type { AdaptationReport } from "./adaptation-report.js";

/** What was adapted, what was chosen and why. */
export function adaptationOverview(report: AdaptationReport): Markup {
  const { record, noun } = report;
  const { chosen, why, skipped, training, backbone, classes, target } = record;
  const tiles = tilesOf(report).map(
    ({ name, value, note }) =>
      html`<div class="tile"><dt>${name}</dt><dd><b>${value}</b><span>${note}</span></dd></div>`,
  );
  const lead = training
    ? `Trained after its stage ${training.cut}, on a labelled source and a target without its labels.`
    : "A new head on frozen features, for a target whose labels were not used.";
  const remarks = [
    ...shiftWords(record.shift),
    ...skipped.map(({ name, reason }) => `${name} was left out: ${reason}`),
  ];
  return html`<section id="overview" aria-label="Overview">
<p class="lead">${lead} It tells ${classes.length} classes of ${noun}s apart, on top of ${named(backbone.source)}.</p>
<dl class="tiles">${tiles}</dl>
${target.isLabelled && html`<div class="method"><p>${ORACLE_NOTE}.</p></div>`}
<h2>Worth knowing</h2>
<ul class="findings"><li>Chosen: ${chosen}. ${why}</li>${remarks.map((text) => html`<li>${text}</li>`)}</ul>
</section>`;
}

type Tile = { readonly name: string; readonly value: Part; readonly note: Part };

function tilesOf({ record, noun }: AdaptationReport): readonly Tile[] {
  const { source, target, candidates, chosen, shift, classes } = record;
  const [alone, best] = [rowOf(candidates, SOURCE_ONLY), rowOf(candidates, chosen)];
  const accuracy = (row: CandidateRow | undefined) => percent(row?.oracleAccuracy ?? Number.NaN);
  return [
    {
      name: "Chosen",
      value: chosen,
      note:
        chosen === SOURCE_ONLY
          ? "nothing was credibly better"
          : `wins in ${Math.round(100 * (best?.wins ?? 0))} % of resampled targets`,
    },
    ...(target.isLabelled
      ? [
          {
            name: "Accuracy on the target*",
            value: accuracy(best),
            note: `the source alone: ${accuracy(alone)}`,
          },
        ]
      : []),
    {
      name: "A-distance",
      value: shift.aDistance.distance.toFixed(2),
      note: "before: 0 is alike, 2 apart",
    },
    {
      name: `Source ${noun}s`,
      value: grouped(source.samples),
      note: `of ${many(classes.length, "class").replace("classs", "classes")}`,
    },
    {
      name: `Target ${noun}s`,
      value: grouped(target.samples),
      note: target.isLabelled ? "their labels for the oracle alone" : "without labels",
    },
  ];
}

const rowOf = (rows: readonly CandidateRow[], name: string): CandidateRow | undefined =>
  rows.find((row) => row.name === name);
