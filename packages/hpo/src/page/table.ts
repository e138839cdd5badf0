import { html, type Markup, type Part } from "./html.js";

/** What a column says of a row. */
export type Column<Row> = {
  readonly title: Part;
  readonly cell: (row: Row) => Part;
  /** Numbers stand to the right. Default false. */
  readonly isNumber?: boolean;
};

/** A table whose first column heads its rows; it scrolls by itself where it is too wide or too long. */
export function dataTable<Row>(
  rows: readonly Row[],
  { caption, columns }: { readonly caption: string; readonly columns: readonly Column<Row>[] },
): Markup {
  const kind = ({ isNumber }: Column<Row>) => (isNumber ? "number" : "text");
  const heads = columns.map(
    (each) => html`<th scope="col" class="${kind(each)}">${each.title}</th>`,
  );
  const lines = rows.map((row) => {
    const cells = columns.map((each, at) =>
      at === 0
        ? html`<th scope="row" class="${kind(each)}">${each.cell(row)}</th>`
        : html`<td class="${kind(each)}">${each.cell(row)}</td>`,
    );
    return html`<tr>${cells}</tr>\n`;
  });
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table>
<caption class="hidden">${caption}</caption>
<thead><tr>${heads}</tr></thead>
<tbody>${lines}</tbody></table></div>`;
}
