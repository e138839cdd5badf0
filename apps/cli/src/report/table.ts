import { html, type Markup, type Part } from "./html.js";

export type Column<Row> = {
  readonly title: string;
  readonly cell: (row: Row) => Part;
  /** Numbers stand to the right. Default false. */
  readonly isNumber?: boolean;
};

/** A table whose first column heads its rows; it scrolls by itself where the page is too narrow or it is too long. */
export function dataTable<Row>(
  rows: readonly Row[],
  { caption, columns }: { caption: string; columns: readonly Column<Row>[] },
): Markup {
  const align = ({ isNumber }: Column<Row>) => (isNumber ? "number" : "text");
  const head = columns.map((c) => html`<th scope="col" class="${align(c)}">${c.title}</th>`);
  const body = rows.map((row) => {
    const [first, ...others] = columns;
    const cells = others.map((c) => html`<td class="${align(c)}">${c.cell(row)}</td>`);
    return html`<tr><th scope="row" class="${align(first!)}">${first!.cell(row)}</th>${cells}</tr>`;
  });
  return scrolling(
    caption,
    html`<table><caption class="hidden">${caption}</caption>
<thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`,
  );
}

/** A box of its own to scroll in, that a keyboard reaches. */
export const scrolling = (label: string, inside: Markup): Markup =>
  html`<div class="scroll" role="region" tabindex="0" aria-label="${label}">${inside}</div>`;

/** A share of 1 as a bar with its number. */
export const bar = (value: number, text: string): Markup =>
  html`<span class="bar">${text}<i style="--share:${Number.isFinite(value) ? value.toFixed(4) : 0}"></i></span>`;
