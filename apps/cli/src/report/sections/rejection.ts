import { dot, lineY, ruleX } from "@observablehq/plot";
import { nounOf } from "../../task/noun.js";
import type { RejectionSearch } from "../../task/rejection.js";
import { chart } from "../chart.js";
import { html, type Markup } from "../html.js";
import { share } from "../numbers.js";
import type { ReportData } from "../report-data.js";
import type { Section } from "../section.js";

/** What "none of these" costs and gains, where the run was asked for it. */
export function rejectionSection({ rejection, config }: ReportData): Section | undefined {
  if (!rejection) return undefined;
  return {
    id: "rejection",
    title: "None of these",
    body: html`${told(rejection, nounOf(config.options.task))}
<div class="charts">${curve(rejection)}</div>`,
  };
}

function told({ chosen, wanted, count, temperature }: RejectionSearch, noun: string): Markup {
  if (!chosen) {
    return html`<p>No confidence has ${share(wanted)} of the ${count} samples set apart above it right, as was asked: the model always answers.</p>`;
  }
  return html`<p>Below a confidence of <b>${share(chosen.threshold)}</b> the model says "none of these". Of the ${count} samples set apart it accepts <b>${share(chosen.coverage)}</b>, and <b>${share(chosen.precision)}</b> of these are right; ${share(wanted)} were asked for. The threshold was chosen on these very ${noun}s, so expect somewhat less on others. Confidence is the highest score at a temperature of ${temperature.toFixed(2)}; the scores themselves stay what they are.</p>`;
}

function curve({ curve, chosen }: RejectionSearch): Markup {
  const points = curve.map(({ threshold, coverage, precision }) => ({
    coverage: 100 * coverage,
    wrong: 100 * (1 - precision),
    title: `confidence ${share(threshold)}: ${share(coverage)} accepted, ${share(1 - precision)} of these wrong`,
  }));
  const at = chosen && {
    coverage: 100 * chosen.coverage,
    wrong: 100 * (1 - chosen.precision),
  };
  return chart({
    label: `Share of the accepted that is wrong, by share that is accepted${chosen ? `; ${share(chosen.coverage)} accepted and ${share(1 - chosen.precision)} wrong was chosen` : ""}`,
    caption: `Risk and coverage: the more it accepts, the more of them are wrong.${at ? " The dot is what was chosen." : ""}`,
    plot: () => ({
      height: 320,
      marginTop: 30,
      marginLeft: 44,
      marginBottom: 38,
      x: { label: "accepted, %", domain: [0, 100], ticks: 6 },
      y: { label: "wrong, %", grid: true, zero: true },
      marks: [
        lineY(points, {
          x: "coverage",
          y: "wrong",
          stroke: "var(--series-1)",
          strokeWidth: 2,
          curve: "step-before",
        }),
        dot(points, { x: "coverage", y: "wrong", r: 5, fillOpacity: 0, title: "title" }),
        ...(at
          ? [
              ruleX([at.coverage], { stroke: "var(--muted)", strokeDasharray: "4 4" }),
              dot([at], { x: "coverage", y: "wrong", r: 5, fill: "var(--series-1)" }),
            ]
          : []),
      ],
    }),
  });
}
