import { isLabels, type LabelsScored } from "../../run/predictions.js";
import { labelsReport } from "../../task/labels.js";
import { nounOf } from "../../task/noun.js";
import { html, named } from "../html.js";
import { share } from "../numbers.js";
import type { ReportData } from "../report-data.js";
import type { Section } from "../section.js";
import { bar, dataTable } from "../table.js";

/** How well each label is found. */
export function labelsSection({ scored, config }: ReportData): Section | undefined {
  if (!scored || !isLabels(scored)) return undefined;
  const { labels } = labelsReport(scored, config.classes);
  const rows = labels
    .map((report, i) => ({
      ...report,
      name: config.classes[i]!,
      threshold: scored.thresholds[i]!,
    }))
    .sort((a, b) => rank(a.averagePrecision) - rank(b.averagePrecision));
  return {
    id: "labels",
    title: "Label by label",
    body: html`<p>The hardest first, on the ${scored.on} ${nounOf(scored.task)}s. Average precision says how well ${nounOf(scored.task)}s with a label are ranked before those without, whatever the threshold; the others hold at the threshold, ${chosen(scored.on, nounOf(scored.task))}.</p>
${dataTable(rows, {
  caption: "Average precision, F1, precision and recall of each label",
  columns: [
    { title: "label", cell: ({ name }) => named(name) },
    {
      title: "average precision",
      cell: ({ averagePrecision: value }) => bar(value, share(value)),
      isNumber: true,
    },
    { title: "F1", cell: ({ f1 }) => share(f1), isNumber: true },
    { title: "precision", cell: ({ precision }) => share(precision), isNumber: true },
    { title: "recall", cell: ({ recall }) => share(recall), isNumber: true },
    { title: "threshold", cell: ({ threshold }) => share(threshold), isNumber: true },
    { title: `${nounOf(scored.task)}s`, cell: ({ support }) => support, isNumber: true },
  ],
})}`,
  };
}

function chosen(on: LabelsScored["on"], noun: string): string {
  if (on === "held-out") return "the mean of those that gave each fold its best F1";
  const where = on === "test" ? `the validation ${noun}s` : `these ${noun}s`;
  return `which was chosen on ${where} for the best F1`;
}

/** Labels that never occur have none, and come last. */
const rank = (value: number): number => (Number.isNaN(value) ? 2 : value);
