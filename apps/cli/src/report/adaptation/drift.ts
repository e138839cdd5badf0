import type { FeatureDrift } from "@graft-ml/domain-adapt";
import { barX, dot, link, ruleX, text } from "@observablehq/plot";
import { chart } from "../chart.js";
import { html, type Markup } from "../html.js";
import { grouped, precise } from "../numbers.js";
import type { Section } from "../section.js";
import { dataTable } from "../table.js";
import { type AdaptationReport, CREDIBLE, chance } from "./adaptation-report.js";

const source = { name: "source", color: "var(--series-1)" };
const likely = { name: `p ${CREDIBLE} or above`, color: "var(--muted)" };
const target = { name: "target", color: "var(--series-2)" };

/** The features that differ most between the domains, before any adaptation. */
export function driftSection({ record, drifted }: AdaptationReport): Section {
  const { drift, size } = record.shift;
  const credible = `${grouped(drifted)} of ${grouped(size)}`;
  return {
    id: "drift",
    title: "Drift, feature by feature",
    body: html`<p>How each feature of the backbone differs between the domains, by itself: ${credible} differ with a p below ${CREDIBLE}, corrected for their number (Benjamini and Hochberg). The ${drift.length} most different ones are shown.</p>
<div class="charts">${distances(drift)}${means(drift)}</div>
<details><summary>Number by number</summary>${driftRows(drift)}</details>`,
  };
}

const nameOf = ({ feature }: FeatureDrift): string => String(feature);

/** The features from the top down, a row of a chart each. */
const frame = (drift: readonly FeatureDrift[]) => ({
  height: 22 * drift.length + 72,
  marginTop: 14,
  marginBottom: 38,
  y: { type: "band" as const, domain: drift.map(nameOf), label: "feature" },
});

function distances(drift: readonly FeatureDrift[]): Markup {
  const [first] = drift;
  const isCredible = ({ correctedP }: FeatureDrift) => correctedP < CREDIBLE;
  return chart({
    label: `Kolmogorov and Smirnov's distance of the ${drift.length} most different features, ${first ? precise(first.ks) : 0} at most`,
    caption: `The largest difference of the two distribution functions (0 alike, 1 apart), and its corrected p.`,
    legend: [
      { ...source, name: `p below ${CREDIBLE}` },
      ...(drift.every(isCredible) ? [] : [likely]),
    ],
    plot: () => ({
      ...frame(drift),
      marginLeft: 60,
      marginRight: 78,
      x: { label: "distance", domain: [0, 1], grid: true, ticks: 5 },
      marks: [
        barX(drift, {
          ...{ x: "ks", y: nameOf, rx2: 2, insetTop: 1, insetBottom: 1 },
          fill: (row: FeatureDrift) => (isCredible(row) ? source : likely).color,
          title: (row: FeatureDrift) => `feature ${nameOf(row)}: ${precise(row.ks)}`,
        }),
        ruleX([0]),
        text(drift, {
          ...{ y: nameOf, frameAnchor: "right", textAnchor: "start", dx: 8 },
          text: (row: FeatureDrift) => `p ${chance(row.correctedP)}`,
          fill: "var(--muted)",
        }),
      ],
    }),
  });
}

type Spread = {
  readonly feature: string;
  readonly domain: typeof source;
  readonly mean: number;
  readonly deviation: number;
};

/** Both domains about the source's mean, in deviations: the root of the mean of both variances. */
function spreads(drift: readonly FeatureDrift[]): readonly Spread[] {
  return drift.flatMap((row) => {
    const { standardisedDifference: difference } = row;
    const scale = Math.sqrt((row.source.deviation ** 2 + row.target.deviation ** 2) / 2);
    if (difference === null || scale === 0) return [];
    const of = (domain: typeof source, mean: number, deviation: number) => ({
      ...{ feature: nameOf(row), domain, mean },
      deviation: deviation / scale,
    });
    return [of(source, 0, row.source.deviation), of(target, difference, row.target.deviation)];
  });
}

function means(drift: readonly FeatureDrift[]): Markup {
  const all = spreads(drift);
  const marks = [source, target].flatMap((domain, at) => {
    const rows = all.filter((row) => row.domain === domain);
    const dy = at === 0 ? -3 : 3;
    return [
      link(rows, {
        x1: ({ mean, deviation }: Spread) => mean - deviation,
        x2: ({ mean, deviation }: Spread) => mean + deviation,
        ...{ y1: "feature", y2: "feature", dy, stroke: domain.color, strokeWidth: 2 },
        strokeOpacity: 0.55,
      }),
      dot(rows, {
        ...{ x: "mean", y: "feature", r: 3, dy, fill: domain.color },
        title: (row: Spread) => `feature ${row.feature}, ${domain.name}: ${precise(row.mean)}`,
      }),
    ];
  });
  return chart({
    label: `Means and deviations of the ${drift.length} most different features in both domains`,
    caption: "Means, and a deviation to both sides, counted from the source's mean in deviations.",
    legend: [source, target],
    plot: () => ({
      ...frame(drift),
      marginLeft: 60,
      x: { label: "deviations", grid: true, nice: true, ticks: 6 },
      marks: [ruleX([0], { stroke: "var(--line)" }), ...marks],
    }),
  });
}

const driftRows = (drift: readonly FeatureDrift[]): Markup =>
  dataTable(drift, {
    caption: "Features that differ most between the domains",
    columns: [
      { title: "feature", cell: nameOf },
      { title: "distance", cell: ({ ks }) => ks.toFixed(3), isNumber: true },
      { title: "p", cell: ({ p }) => chance(p), isNumber: true },
      { title: "corrected p", cell: ({ correctedP }) => chance(correctedP), isNumber: true },
      { title: "source's mean", cell: (row) => precise(row.source.mean), isNumber: true },
      { title: "target's mean", cell: (row) => precise(row.target.mean), isNumber: true },
      {
        title: "apart, in deviations",
        cell: ({ standardisedDifference: apart }) => (apart === null ? "–" : apart.toFixed(2)),
        isNumber: true,
      },
      {
        title: "stability index",
        cell: ({ stabilityIndex }) => precise(stabilityIndex),
        isNumber: true,
      },
    ],
  });
