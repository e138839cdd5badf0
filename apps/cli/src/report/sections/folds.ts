import { type FoldScores, metricsIn, spreadText } from "../../run/fold-scores.js";
import { metrics } from "../../task/metrics.js";
import { nounOf } from "../../task/noun.js";
import type { TaskName } from "../../task/reading.js";
import { html } from "../html.js";
import { grouped } from "../numbers.js";
import type { ReportData } from "../report-data.js";
import type { Section } from "../section.js";
import { dataTable } from "../table.js";

const labelsCaveat =
  " Each fold's thresholds were chosen on what it scores, so that F1 is a little too good; average precision does not depend on them. The model has the mean of these thresholds.";

/** What is chosen on the samples that a fold scores flatters its figures. */
const caveats: Readonly<Partial<Record<TaskName, string>>> = {
  "multi-label": labelsCaveat,
  "text-labels": labelsCaveat,
  qa: " Where some questions have no answer, each fold's threshold for that was chosen on the very questions that it scores, so its figures are a little too good; the model has the mean of these thresholds.",
};

type Row = { readonly name: string; readonly cells: readonly string[] };

/** How far trainings on other samples agree. */
export function foldsSection({ folds, config }: ReportData): Section | undefined {
  if (!folds) return undefined;
  const names = metricsIn(folds);
  const { task } = config.options;
  const noun = nounOf(task);
  const cells = (one: FoldScores["folds"][number]) => [
    ...names.map((name) => metrics[name].told(one[name] ?? Number.NaN)),
    one.loss.toFixed(4),
    grouped(one.count),
  ];
  const spread = [...names.map((name) => spreadText(folds, name)), spreadText(folds, "loss"), ""];
  const rows: readonly Row[] = [
    ...folds.folds.map((one, at) => ({ name: `fold ${at + 1}`, cells: cells(one) })),
    { name: "mean ± deviation", cells: spread },
    ...(folds.test ? [{ name: "final model, test part", cells: cells(folds.test) }] : []),
  ];
  const titles = [...names.map((name) => metrics[name].title), "loss", `${noun}s`];
  return {
    id: "folds",
    title: "Fold by fold",
    body: html`<p>${folds.folds.length} trainings, each scored on the ${noun}s that it did not see; every ${noun} is scored once. The model of this run was then trained on all ${grouped(config.samples.train)} ${noun}s, so that it has no score of its own: expect the mean, or a little more. The curves are those of that last training.${caveats[task]}</p>
${dataTable(rows, {
  caption: "Scores of each fold",
  columns: [
    { title: "", cell: ({ name }) => name },
    ...titles.map((title, at) => ({
      title,
      cell: ({ cells }: Row) => cells[at]!,
      isNumber: true,
    })),
  ],
})}`,
  };
}
