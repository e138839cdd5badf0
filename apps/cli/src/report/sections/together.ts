import { isLabels, type LabelsScored } from "../../run/predictions.js";
import { nounOf } from "../../task/noun.js";
import { html, type Markup, named } from "../html.js";
import { grouped } from "../numbers.js";
import type { ReportData } from "../report-data.js";
import type { Section } from "../section.js";
import { scrolling } from "../table.js";

/** More rows than this no one reads: the commonest labels are shown. */
const MOST = 40;

/** Which labels hold together, in truth and as the model says. */
export function togetherSection({ scored, config }: ReportData): Section | undefined {
  if (!scored || !isLabels(scored)) return undefined;
  const { classes } = config;
  const pairs = pairsOf(scored, classes);
  const shown = classes
    .map((_, i) => i)
    .sort((a, b) => pairs.truth[b]![b]! - pairs.truth[a]![a]!)
    .slice(0, MOST)
    .sort((a, b) => a - b);
  const left =
    classes.length > MOST &&
    html` Of ${grouped(classes.length)} labels, the ${MOST} commonest are shown.`;
  return {
    id: "together",
    title: "Labels together",
    body: html`<p>Of the ${scored.on} ${nounOf(scored.task)}s that have the row's label, how many have the column's, too: in truth, and in small as the model says of those that it gives the row's label. A large gap is a habit that the ${nounOf(scored.task)}s do not have.${left}</p>
<div class="below">${table(pairs, shown, classes)}</div>`,
  };
}

type Pairs = Readonly<Record<"truth" | "said", readonly (readonly number[])[]>>;

function pairsOf({ predictions, thresholds }: LabelsScored, names: readonly string[]): Pairs {
  const truths = predictions.map(({ truth }) => names.map((name) => truth.includes(name)));
  const said = predictions.map(({ scores }) => scores.map((score, i) => score >= thresholds[i]!));
  const count = (rows: readonly (readonly boolean[])[]) =>
    names.map((_, i) => names.map((_, j) => rows.filter((row) => row[i] && row[j]).length));
  return { truth: count(truths), said: count(said) };
}

function table(pairs: Pairs, shown: readonly number[], names: readonly string[]): Markup {
  const size = shown.length <= 12 ? "large" : "medium";
  const head = shown.map((j) => html`<th scope="col"><span>${named(names[j]!)}</span></th>`);
  const rows = shown.map((i) => {
    const cells = shown.map((j) => cell(pairs, { i, j, names }));
    return html`<tr><th scope="row">${named(names[i]!)}</th>${cells}</tr>\n`;
  });
  const label =
    "Labels that hold together: of those with the row's label, the share with the column's";
  return scrolling(
    label,
    html`<table class="matrix ${size}"><caption class="hidden">${label}</caption>
<thead><tr><td class="corner">has, has too</td>${head}</tr></thead><tbody>${rows}</tbody></table>`,
  );
}

function cell(
  { truth, said }: Pairs,
  { i, j, names }: { i: number; j: number; names: readonly string[] },
): Markup {
  const [all, given] = [truth[i]![i]!, said[i]![i]!];
  if (i === j)
    return html`<td class="right none" title="${names[i]}: ${all} with it, given to ${given}">${all}</td>`;
  const part = all === 0 ? 0 : truth[i]![j]! / all;
  const other = given === 0 ? 0 : said[i]![j]! / given;
  const strong = part > 0.7 ? " strong" : "";
  const title = `${names[i]} with ${names[j]}: ${truth[i]![j]} of ${all} in truth, ${said[i]![j]} of ${given} as said`;
  return html`<td class="right${strong}" style="--share:${part.toFixed(3)}" title="${title}">${whole(part)} <small>${whole(other)}</small></td>`;
}

const whole = (part: number): string => `${Math.round(100 * part)}`;
