import { tagsReport } from "../../task/tokens.js";
import { html, named } from "../html.js";
import { share } from "../numbers.js";
import type { ReportData } from "../report-data.js";
import type { Section } from "../section.js";
import { bar, dataTable } from "../table.js";

/** How well each type of entity is found. */
export function entitiesSection({ scored }: ReportData): Section | undefined {
  if (scored?.task !== "tokens") return undefined;
  const types = tagsReport(scored.predictions).types.toSorted((a, b) => a.f1 - b.f1);
  if (types.length === 0) return undefined;
  return {
    id: "entities",
    title: "Type by type",
    body: html`<p>The hardest first. An entity is found where its type, its first and its last word are right. Precision: of those marked so, how many are; recall: of those that are, how many were found; F1 joins the two.</p>
${dataTable(types, {
  caption: "Precision, recall and F1 of each type",
  columns: [
    { title: "type", cell: ({ type }) => named(type) },
    { title: "F1", cell: ({ f1 }) => bar(f1, share(f1)), isNumber: true },
    { title: "precision", cell: ({ precision }) => share(precision), isNumber: true },
    { title: "recall", cell: ({ recall }) => share(recall), isNumber: true },
    { title: "entities", cell: ({ support }) => support, isNumber: true },
  ],
})}`,
  };
}
