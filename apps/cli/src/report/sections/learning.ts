import { areaY, dot, lineY, type Markish, rect, text } from "@observablehq/plot";
import { kinds } from "../../task/kinds.js";
import { type MetricName, metrics } from "../../task/metrics.js";
import { chart } from "../chart.js";
import { html, type Markup } from "../html.js";
import { grouped, precise } from "../numbers.js";
import { phaseName, phaseTitle } from "../phases.js";
import type { EpochPoint, PhaseCurve, ReportData } from "../report-data.js";
import type { Section } from "../section.js";
import { dataTable } from "../table.js";

const training = { name: "training", color: "var(--series-1)" };
const validation = { name: "validation", color: "var(--series-2)" };

/** A point on the axis that all phases share: epochs counted through. */
type Point = EpochPoint & {
  readonly at: number;
  readonly phase: string;
  /** Of the task's first metric. */
  readonly score: number | undefined;
};
type Metric = (typeof metrics)[MetricName];

/** Loss, the task's own metric and learning rate, phase by phase. */
export function learningSection({ phases, config }: ReportData): Section | undefined {
  const [metric] = kinds[config.options.task].metrics;
  const points = pointsOf(phases, metric);
  if (points.length === 0) return undefined;
  const schedules = phases.filter(({ rates }) => rates.length > 1).map(schedule);
  return {
    id: "learning",
    title: "Learning",
    body: html`<div class="charts">
${lossChart(points)}
${points.some(({ score }) => score !== undefined) && scoreChart(points, metrics[metric])}
</div>
${
  schedules.length > 0 &&
  html`<h3>Learning rate</h3>
<div class="charts">${schedules}</div>`
}
${turns(phases)}
<details><summary>Epoch by epoch</summary>${epochTable(points, metrics[metric])}</details>`,
  };
}

function turns(phases: readonly PhaseCurve[]): Markup | undefined {
  const all = phases.flatMap((phase) => phase.turns.map((text) => ({ text, phase: phase.phase })));
  if (all.length === 0) return undefined;
  return html`<h3>On the way</h3>
<ul>${all.map(({ phase, text }) => html`<li>${phaseTitle(phase)}. ${text}</li>`)}</ul>`;
}

function pointsOf(phases: readonly PhaseCurve[], metric: MetricName): readonly Point[] {
  return phases
    .flatMap(({ phase, epochs }) =>
      epochs.map((epoch) => ({
        ...epoch,
        phase: phaseName(phase),
        score: epoch.metrics?.[metric],
      })),
    )
    .map((point, i) => ({ ...point, at: i + 1 }));
}

function lossChart(points: readonly Point[]): Markup {
  const scored = points.filter(({ validationLoss }) => validationLoss !== undefined);
  const best = scored.reduce<Point | undefined>(
    (a, b) => (a && a.validationLoss! <= b.validationLoss! ? a : b),
    undefined,
  );
  const lowest =
    best &&
    ` The validation loss was lowest in epoch ${best.epoch} of the ${best.phase} phase: ${best.validationLoss!.toFixed(3)}.`;
  return chart({
    label: `Loss by epoch, from ${points[0]!.loss.toFixed(3)} to ${points.at(-1)!.loss.toFixed(3)} in training`,
    caption: `The loss of each epoch.${lowest ?? ""}`,
    legend: scored.length > 0 ? [training, validation] : [training],
    plot: (width) => ({
      ...frame(points, width),
      y: { label: "loss", zero: true, grid: true, nice: true },
      marks: [
        ...bands(points),
        ...curve(points, (p) => p.loss, training),
        ...curve(scored, (p) => p.validationLoss!, validation),
      ],
    }),
  });
}

function scoreChart(points: readonly Point[], { title, mode, isShare, told }: Metric): Markup {
  const scored = points.filter(({ score }) => score !== undefined);
  const sign = mode === "max" ? 1 : -1;
  const best = scored.reduce((a, b) => (sign * b.score! > sign * a.score! ? b : a));
  const end = told(scored.at(-1)!.score!);
  const scale = isShare ? 100 : 1;
  return chart({
    label: `Validation ${title} by epoch, ${end} at the end`,
    caption: `On what was set apart for validation the ${title} is ${end} at the end, at best ${told(best.score!)} in epoch ${best.epoch} of the ${best.phase} phase.`,
    legend: [validation],
    plot: (width) => ({
      ...frame(points, width),
      y: isShare
        ? { label: `${title}, %`, domain: [0, 100], grid: true }
        : { label: title, zero: true, nice: true, grid: true },
      marks: [...bands(points), ...curve(scored, (p) => scale * p.score!, validation)],
    }),
  });
}

const frame = (points: readonly Point[], width: number) => ({
  height: 280,
  marginLeft: 44,
  marginTop: 34,
  marginBottom: 38,
  x: {
    label: "epoch",
    domain: [0.5, points.length + 0.5],
    ticks: wholeTicks(points.length, width / 60),
    tickFormat: "d",
  },
});

/** At most so many whole numbers from 1 on. */
function wholeTicks(last: number, most: number): number[] {
  const step = Math.max(1, Math.ceil(last / most / 5) * (last > 2 * most ? 5 : 1));
  const fine = last <= most ? 1 : step;
  return Array.from({ length: last }, (_, i) => i + 1).filter((at) => at === 1 || at % fine === 0);
}

/** Where each phase begins and ends, every second one shaded, its name on top. */
function bands(points: readonly Point[]): Markish[] {
  const names = [...new Set(points.map(({ phase }) => phase))];
  const spans = names.map((phase, i) => {
    const inside = points.filter((point) => point.phase === phase);
    return { phase, i, from: inside[0]!.at - 0.5, to: inside.at(-1)!.at + 0.5 };
  });
  return [
    rect(
      spans.filter(({ i }) => i % 2 === 1),
      { x1: "from", x2: "to", fill: "var(--band)" },
    ),
    text(spans, {
      x: ({ from, to }: { from: number; to: number }) => (from + to) / 2,
      // Of many phases only the numbers have room.
      text: ({ phase }: { phase: string }) =>
        names.length > 3 ? phase.replace("fine-tuning ", "") : phase,
      frameAnchor: "top",
      dy: -14,
      fill: "var(--muted)",
    }),
  ];
}

/** A line that breaks between phases, with a dot an epoch that names its value. */
function curve(
  points: readonly Point[],
  value: (point: Point) => number,
  { name, color }: typeof training,
): Markish[] {
  const title = (p: Point) => `${p.phase}, epoch ${p.epoch}: ${name} ${precise(value(p))}`;
  return [
    lineY(points, { x: "at", y: value, z: "phase", stroke: color, strokeWidth: 2 }),
    dot(points, { x: "at", y: value, r: points.length > 60 ? 1.5 : 2.5, fill: color, title }),
  ];
}

/** More points than pixels show nothing more. */
const MOST_POINTS = 300;

function schedule({ phase, rates }: PhaseCurve): Markup {
  const every = Math.ceil(rates.length / MOST_POINTS);
  const shown = rates.filter((_, i) => i % every === 0 || i === rates.length - 1);
  const peak = rates.reduce((a, b) => (b.rate > a.rate ? b : a));
  const name = phaseName(phase);
  return chart({
    label: `Learning rate of the ${name} phase by step, at most ${precise(peak.rate)}`,
    caption: `${phaseTitle(phase)}: at most ${precise(peak.rate)}, in step ${grouped(peak.step)} of ${grouped(rates.at(-1)!.step)}.`,
    plot: () => ({
      height: 185,
      marginTop: 30,
      marginLeft: 62,
      marginBottom: 38,
      x: { label: "step" },
      y: { label: "rate", zero: true, grid: true, ticks: 4, tickFormat: precise },
      marks: [
        areaY(shown, { x: "step", y: "rate", fill: "var(--series-1)", fillOpacity: 0.12 }),
        lineY(shown, { x: "step", y: "rate", stroke: "var(--series-1)", strokeWidth: 2 }),
      ],
    }),
  });
}

const epochTable = (points: readonly Point[], { title, told }: Metric): Markup =>
  dataTable(points, {
    caption: `Losses and ${title} of each epoch`,
    columns: [
      { title: "phase", cell: ({ phase }) => phase },
      { title: "epoch", cell: ({ epoch }) => epoch, isNumber: true },
      { title: "training loss", cell: ({ loss }) => loss.toFixed(4), isNumber: true },
      {
        title: "validation loss",
        cell: ({ validationLoss }) => validationLoss?.toFixed(4) ?? "–",
        isNumber: true,
      },
      {
        title,
        cell: ({ score }) => (score === undefined ? "–" : told(score)),
        isNumber: true,
      },
    ],
  });
