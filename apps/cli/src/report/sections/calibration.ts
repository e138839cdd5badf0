import type { ReliabilityBin } from "@graft-ml/core";
import { dot, link, rectY } from "@observablehq/plot";
import { type Calibration, calibrationOf } from "../calibration.js";
import { chart } from "../chart.js";
import { html, type Markup } from "../html.js";
import { many, share } from "../numbers.js";
import type { ReportData } from "../report-data.js";
import type { Section } from "../section.js";
import { dataTable } from "../table.js";

/** Whether the model's scores mean what they say. */
export function calibrationSection({ scored }: ReportData): Section | undefined {
  if (scored?.task !== "image" || scored.predictions.length === 0) return undefined;
  const calibration = calibrationOf(scored.predictions);
  return {
    id: "calibration",
    title: "Calibration",
    body: html`<p>Of the predictions with a score near 80 %, about 80 % should be right. The expected calibration error, the mean distance from that, is <b>${share(calibration.error)}</b>: on average the scores say ${share(calibration.confidence)}, and ${share(calibration.accuracy)} are right.</p>
<div class="charts">${diagram(calibration)}${histogram(calibration.bins)}</div>
<details><summary>Stretch by stretch</summary>${table(calibration.bins)}</details>`,
  };
}

const range = ({ low, high }: ReliabilityBin): string =>
  `${Math.round(100 * low)} to ${Math.round(100 * high)} %`;

const percents = { domain: [0, 100], grid: true } as const;

function diagram({ bins, error }: Calibration): Markup {
  const title = (bin: ReliabilityBin) =>
    `score ${range(bin)}: ${share(bin.accuracy)} of ${bin.count} right`;
  return chart({
    label: `Reliability diagram: share that is right by score; expected calibration error ${share(error)}`,
    caption:
      "Bars under the line: the scores promise too much. Above it: too little. Dots lie at the mean score of each stretch.",
    plot: () => ({
      height: 320,
      marginTop: 30,
      marginLeft: 44,
      marginBottom: 38,
      x: { label: "score, %", domain: [0, 100], ticks: 6 },
      y: { ...percents, label: "right, %" },
      marks: [
        rectY(bins, {
          x1: (bin) => 100 * bin.low,
          x2: (bin) => 100 * bin.high,
          y: (bin) => 100 * bin.accuracy,
          fill: "var(--series-1)",
          fillOpacity: 0.35,
          inset: 1,
          title,
        }),
        link([0], {
          x1: 0,
          y1: 0,
          x2: 100,
          y2: 100,
          stroke: "var(--muted)",
          strokeDasharray: "4 4",
        }),
        dot(bins, {
          x: (bin) => 100 * bin.confidence,
          y: (bin) => 100 * bin.accuracy,
          r: 4,
          fill: "var(--series-1)",
          title,
        }),
      ],
    }),
  });
}

function histogram(bins: readonly ReliabilityBin[]): Markup {
  return chart({
    label: "How many predictions have which score",
    caption: "How many predictions have which score. A stretch with few says little.",
    plot: () => ({
      height: 320,
      marginTop: 30,
      marginLeft: 44,
      marginBottom: 38,
      x: { label: "score, %", domain: [0, 100], ticks: 6 },
      y: { label: "answers", grid: true, zero: true },
      marks: [
        rectY(bins, {
          x1: (bin) => 100 * bin.low,
          x2: (bin) => 100 * bin.high,
          y: "count",
          fill: "var(--series-1)",
          inset: 1,
          title: (bin) => `score ${range(bin)}: ${many(bin.count, "answer")}`,
        }),
      ],
    }),
  });
}

const table = (bins: readonly ReliabilityBin[]): Markup =>
  dataTable(bins, {
    caption: "Predictions by score",
    columns: [
      { title: "score", cell: range },
      { title: "answers", cell: ({ count }) => count, isNumber: true },
      { title: "mean score", cell: ({ confidence }) => share(confidence), isNumber: true },
      { title: "right", cell: ({ accuracy }) => share(accuracy), isNumber: true },
    ],
  });
