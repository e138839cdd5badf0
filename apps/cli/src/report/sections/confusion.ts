import { confusionOf } from "../../run/confusion.js";
import { isClasses } from "../../run/predictions.js";
import { nounOf } from "../../task/noun.js";
import { mostConfused } from "../../terminal/confused.js";
import { html, type Markup, named } from "../html.js";
import { grouped, share } from "../numbers.js";
import type { ReportData } from "../report-data.js";
import type { Section } from "../section.js";
import { dataTable, scrolling } from "../table.js";

/** More rows than this no one reads: the classes with the most mistakes are shown. */
const MOST = 100;

/** Which class is taken for which. */
export function confusionSection({ scored, config }: ReportData): Section | undefined {
  if (!scored || !isClasses(scored)) return undefined;
  const { classes } = config;
  const matrix = confusionOf(scored, classes);
  const shown = worst(matrix, MOST);
  const left =
    classes.length > MOST &&
    html` Of ${grouped(classes.length)} classes, the ${MOST} with the most mistakes are shown.`;
  return {
    id: "confusion",
    title: "Confusion",
    body: html`<p>A row for each true class, a column for what it was taken for, on the ${scored.on} ${nounOf(scored.task)}s. The diagonal is right; colour is the share of the row.${left}</p>
<div class="${shown.length <= 12 ? "beside" : "below"}">${matrixTable(matrix, shown, classes)}
<div>${mistakesTable(matrix, classes)}</div></div>`,
  };
}

/** Places of the classes with the most mistakes made on them or with them, in the order of the classes. */
function worst(matrix: readonly (readonly number[])[], most: number): readonly number[] {
  const wrong = matrix.map((row, i) => {
    const column = matrix.reduce((sum, other) => sum + other[i]!, 0);
    return row.reduce((a, b) => a + b, 0) + column - 2 * row[i]!;
  });
  return matrix
    .map((_, i) => i)
    .sort((a, b) => wrong[b]! - wrong[a]!)
    .slice(0, most)
    .sort((a, b) => a - b);
}

function matrixTable(
  matrix: readonly (readonly number[])[],
  shown: readonly number[],
  classes: readonly string[],
): Markup {
  const size = shown.length <= 12 ? "large" : shown.length <= 30 ? "medium" : "small";
  const head = shown.map((i) => html`<th scope="col"><span>${named(classes[i]!)}</span></th>`);
  const rows = shown.map((i) => {
    const total = matrix[i]!.reduce((a, b) => a + b, 0);
    const cells = shown.map((j) =>
      cell(matrix[i]![j]!, { total, truth: i, predicted: j, classes }),
    );
    return html`<tr><th scope="row">${named(classes[i]!)}</th>${cells}</tr>\n`;
  });
  const label = "Confusion matrix: true classes in rows, predicted classes in columns";
  return scrolling(
    label,
    html`<table class="matrix ${size}"><caption class="hidden">${label}</caption>
<thead><tr><td class="corner">true, predicted</td>${head}</tr></thead><tbody>${rows}</tbody></table>`,
  );
}

function cell(
  count: number,
  input: { total: number; truth: number; predicted: number; classes: readonly string[] },
): Markup {
  const { total, truth, predicted, classes } = input;
  const right = truth === predicted;
  if (count === 0) return right ? html`<td class="right none">0</td>` : html`<td></td>`;
  const part = count / total;
  const strong = part > 0.7 ? " strong" : "";
  const title = `${classes[truth]} taken for ${classes[predicted]}: ${count} of ${total}`;
  return html`<td class="${right ? "right" : "wrong"}${strong}" style="--share:${part.toFixed(3)}" title="${title}">${count}</td>`;
}

function mistakesTable(matrix: readonly (readonly number[])[], classes: readonly string[]) {
  const most = mostConfused(matrix, classes, 10);
  if (most.length === 0) return html`<p>Not one mistake.</p>`;
  const totals = new Map(classes.map((name, i) => [name, matrix[i]!.reduce((a, b) => a + b, 0)]));
  return html`<h3>The most frequent mistakes</h3>
${dataTable(most, {
  caption: "The most frequent mistakes",
  columns: [
    { title: "true class", cell: ({ truth }) => named(truth) },
    { title: "taken for", cell: ({ predicted }) => named(predicted) },
    { title: "times", cell: ({ count }) => count, isNumber: true },
    {
      title: "of all of it",
      cell: ({ truth, count }) => share(count / totals.get(truth)!),
      isNumber: true,
    },
  ],
})}`;
}
