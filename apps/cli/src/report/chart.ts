import { type PlotOptions, plot } from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { html, type Markup, trusted } from "./html.js";

/** CSS widths that charts are drawn for: a column of a wide page, all of it, and a telephone. */
const widths = { column: 540, page: 1100, narrow: 335 } as const;

export type ChartInput = {
  /** What it shows, for those who can't see it. */
  readonly label: string;
  /** What it says, in a sentence or two, under it. */
  readonly caption: Markup | string;
  readonly legend?: readonly { readonly name: string; readonly color: string }[];
  /** How much of a wide page it takes. Default "column". */
  readonly span?: "column" | "page";
  plot(width: number): PlotOptions;
};

/**
 * A chart as still SVG, drawn once for wide and once for narrow pages so that its letters keep their
 * size. Colours are CSS variables of the page: they follow its theme.
 */
export function chart({ label, caption, legend = [], span = "column", plot }: ChartInput): Markup {
  const swatches = legend.map(
    ({ name, color }) => html`<li><i style="background:${color}"></i>${name}</li>`,
  );
  return html`<figure class="chart ${span}">
${legend.length > 0 && html`<ul class="legend">${swatches}</ul>`}
<div class="wide">${draw(plot(widths[span]), widths[span], label)}</div>
<div class="narrow">${draw(plot(widths.narrow), widths.narrow, label)}</div>
<figcaption>${caption}</figcaption>
</figure>`;
}

function draw(options: PlotOptions, width: number, label: string): Markup {
  const { document } = parseHTML("<html><body></body></html>");
  const svg = plot({ document, width, ariaLabel: label, ...options });
  svg.setAttribute("role", "img");
  return trusted(svg.outerHTML);
}
