import { type PlotOptions, plot } from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { html, type Markup, trusted } from "./html.js";

/** CSS widths that charts are drawn for: parts of a wide page, and a telephone. */
const WIDTHS = { third: 338, half: 540, whole: 1110, narrow: 335 } as const;

/** A chart of the page. */
export type Chart = {
  /** What it shows, for those who can't see it. */
  readonly label: string;
  /** What it says, in a sentence or two, under it. */
  readonly caption?: Markup | string;
  /** Above it. */
  readonly title?: Markup | string;
  readonly legend?: readonly { readonly name: string; readonly color: string }[];
  /** How much of a wide page it takes. Default "half". */
  readonly span?: "third" | "half" | "whole";
  plot(width: number): PlotOptions;
};

/**
 * A chart as still SVG, drawn once for wide and once for narrow pages so that its letters keep their size.
 * Colours are CSS variables of the page: they follow its theme.
 */
export function chart({ label, caption, title, legend = [], span = "half", plot }: Chart): Markup {
  const swatches = legend.map(
    ({ name, color }) => html`<li><i style="background:${color}"></i>${name}</li>`,
  );
  const [wide, narrow] = [WIDTHS[span], WIDTHS.narrow].map((width) =>
    draw(plot(width), { width, label }),
  );
  // A third of a wide page is as wide as a narrow one: one drawing does for both.
  const drawings =
    span === "third"
      ? narrow
      : html`<div class="wide">${wide}</div><div class="narrow">${narrow}</div>`;
  return html`<figure class="chart ${span}">
${title !== undefined && html`<h3>${title}</h3>`}
${swatches.length > 0 && html`<ul class="legend">${swatches}</ul>`}
${drawings}
${caption !== undefined && html`<figcaption>${caption}</figcaption>`}
</figure>`;
}

function draw(
  options: PlotOptions,
  { width, label }: { readonly width: number; readonly label: string },
): Markup {
  const { document } = parseHTML("<html><body></body></html>");
  const svg = plot({ document, width, ...options }).outerHTML;
  const opened = html`<svg role="img" aria-label="${label}" `.markup;
  return trusted(svg.replace("<svg ", () => opened));
}
