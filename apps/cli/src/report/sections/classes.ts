import { confusionOf } from "../../run/confusion.js";
import { isClasses } from "../../run/predictions.js";
import { nounOf } from "../../task/noun.js";
import { type ClassScore, classScores } from "../class-scores.js";
import { html, named } from "../html.js";
import { share } from "../numbers.js";
import type { ReportData } from "../report-data.js";
import type { Section } from "../section.js";
import { bar, dataTable } from "../table.js";

/** How well each class is found. */
export function classesSection({ scored, config }: ReportData): Section | undefined {
  if (!scored || !isClasses(scored)) return undefined;
  const { classes } = config;
  const scores = classScores(confusionOf(scored, classes), classes);
  return {
    id: "classes",
    title: "Class by class",
    body: html`<p>The hardest first. Precision: of those called so, how many are; recall: of those that are, how many were found; F1 joins the two.</p>
${dataTable(scores, {
  caption: "Precision, recall and F1 of each class",
  columns: [
    { title: "class", cell: ({ name }) => named(name) },
    { title: "F1", cell: ({ f1 }) => bar(f1, share(f1)), isNumber: true },
    { title: "precision", cell: ({ precision }) => share(precision), isNumber: true },
    { title: "recall", cell: ({ recall }) => share(recall), isNumber: true },
    { title: `${nounOf(scored.task)}s`, cell: ({ count }) => count, isNumber: true },
    { title: "mostly taken for", cell: takenFor },
  ],
})}`,
  };
}

const takenFor = ({ takenFor }: ClassScore) =>
  takenFor ? html`${named(takenFor.name)} (${takenFor.count})` : "–";
