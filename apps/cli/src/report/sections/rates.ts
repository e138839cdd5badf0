import { html } from "../html.js";
import { rateChart } from "../rate-chart.js";
import type { ReportData } from "../report-data.js";
import type { Section } from "../section.js";

/** How the rates of a run were found. */
export function ratesSection({ rates }: ReportData): Section | undefined {
  if (!rates) return undefined;
  return {
    id: "rates",
    title: "How the rates were found",
    body: html`<p>Before the training, updates were tried at a rate that grows from batch to batch; then all was put back as it was.</p>
<div class="charts">${rates.map(rateChart)}</div>`,
  };
}
