import { line, link, type Markish, type PlotOptions, text } from "@observablehq/plot";
import type { FinishedTrial } from "../../trial.js";
import { chart } from "../chart.js";
import { html } from "../html.js";
import { type Lane, lanesOf, UNUSED } from "../lanes.js";
import type { Section } from "../section.js";
import type { Seen } from "../seen.js";
import { thin, thinned } from "../thin.js";
import { precise, short, tried } from "../words.js";

/** Lines of the chart, those of the best among them, and parameters beside one another. */
const MOST_LINES = 300;
const KEPT = 60;
const MOST_LANES = 10;
const SHADES = 6;

/** Every trial as a line through its parameters and values. */
export function parallelSection(seen: Seen): Section | undefined {
  const { complete, varied, objectives, ranked, front } = seen;
  if (complete.length < 2 || varied.length === 0) return undefined;
  const lanes = lanesOf(seen, varied.slice(0, MOST_LANES));
  const kept = objectives.length > 1 ? front.slice(0, KEPT) : ranked.slice(0, KEPT);
  const drawn = thin(ranked, { most: MOST_LINES, keep: kept });
  const left = varied.slice(MOST_LANES).map(({ name }) => name);
  const unused = lanes.some(({ isOptional }) => isOptional)
    ? ' A line that passes an axis at "not used" has no such parameter.'
    : "";
  return {
    id: "parallel",
    title: "All parameters together",
    body: html`<div class="charts">${chart({
      span: "whole",
      label: `Parameters and values of ${drawn.length} trials as lines; stronger ones are better`,
      caption: `One line a trial, its colour the stronger the better by ${objectives[0]!.name}; ${objectives.length > 1 ? "the front is" : "the best is"} orange.${unused}${thinned(drawn.length, complete.length)}${left.length > 0 ? ` Not drawn: ${left.join(", ")}.` : ""}`,
      plot: (width) => (width < 500 ? upright(seen, lanes, drawn) : across(seen, lanes, drawn)),
    })}</div>`,
  };
}

/** Axes side by side. */
function across(seen: Seen, lanes: readonly Lane[], drawn: readonly FinishedTrial[]): PlotOptions {
  return {
    height: 400,
    marginLeft: 70,
    marginRight: 70,
    marginTop: 34,
    marginBottom: 18,
    x: { domain: [0, lanes.length - 1], axis: null },
    y: { domain: [lanes.some(({ isOptional }) => isOptional) ? UNUSED : 0, 1], axis: null },
    color: { type: "identity" },
    marks: [
      ...lines(seen, { lanes, drawn, x: "lane", y: "place" }),
      link(lanes, { x1: "at", x2: "at", y1: 0, y2: 1, stroke: "var(--muted)" }),
      text(lanes, {
        x: "at",
        y: 1,
        dy: -20,
        text: ({ title }: Lane) => short(title, 18),
        fontWeight: 600,
      }),
      ...labels(lanes.slice(0, -1), { x: "lane", y: "place", dx: -6, textAnchor: "end" }),
      ...labels(lanes.slice(-1), { x: "lane", y: "place", dx: 6, textAnchor: "start" }),
    ],
  };
}

/** Axes one below another: what a narrow page has room for. */
function upright(seen: Seen, lanes: readonly Lane[], drawn: readonly FinishedTrial[]): PlotOptions {
  return {
    height: 40 + 76 * (lanes.length - 1) + 30,
    marginLeft: 24,
    marginRight: 24,
    marginTop: 40,
    marginBottom: 30,
    y: { domain: [lanes.length - 1, 0], axis: null },
    x: { domain: [lanes.some(({ isOptional }) => isOptional) ? UNUSED - 0.1 : 0, 1], axis: null },
    color: { type: "identity" },
    marks: [
      ...lines(seen, { lanes, drawn, x: "place", y: "lane" }),
      link(lanes, { y1: "at", y2: "at", x1: 0, x2: 1, stroke: "var(--muted)" }),
      text(lanes, {
        y: "at",
        x: 0,
        dy: -14,
        textAnchor: "start",
        text: ({ title }: Lane) => short(title, 36),
        fontWeight: 600,
        ...halo,
      }),
      ...labels(lanes, { x: "place", y: "lane", dy: 11, textAnchor: "middle" }),
    ],
  };
}

const halo = { stroke: "var(--surface)", strokeWidth: 4, fill: "currentColor" } as const;

type Drawn = {
  readonly lanes: readonly Lane[];
  readonly drawn: readonly FinishedTrial[];
  readonly x: "lane" | "place";
  readonly y: "lane" | "place";
};

/** The worst first, so that the better ones lie on top; shades of one colour, and the front in its own. */
function lines(seen: Seen, { lanes, drawn, x, y }: Drawn): Markish[] {
  const front = new Set(seen.front);
  const worstFirst = [...drawn].reverse();
  const shade = new Map(
    worstFirst.map((trial, at) => [trial, Math.floor((SHADES * at) / worstFirst.length)]),
  );
  const sorted = [
    ...worstFirst.filter((trial) => !front.has(trial)),
    ...worstFirst.filter((trial) => front.has(trial)),
  ];
  const points = sorted.flatMap((trial) =>
    lanes.map((lane) => ({ trial, lane: lane.at, place: lane.placeOf(trial) })),
  );
  type Point = (typeof points)[number];
  const color = ({ trial }: Point): string => {
    if (front.has(trial)) return "var(--best)";
    const part = Math.round((100 * shade.get(trial)!) / (SHADES - 1));
    return `color-mix(in oklab, var(--near) ${part}%, var(--far))`;
  };
  return [
    line(points, {
      x,
      y,
      z: ({ trial }: Point) => trial.number,
      stroke: color,
      strokeWidth: ({ trial }: Point) => (front.has(trial) ? (front.size > 1 ? 1.5 : 2.5) : 1),
      strokeOpacity: ({ trial }: Point) => (front.has(trial) ? 1 : 0.7),
      title: ({ trial }: Point) =>
        `trial ${trial.number}: ${trial.values.map(precise).join(", ")}\n${tried(trial)}`,
    }),
  ];
}

type Placed = { readonly x: "lane" | "place"; readonly y: "lane" | "place" } & Readonly<
  Record<string, unknown>
>;

function labels(lanes: readonly Lane[], options: Placed): Markish[] {
  const all = lanes.flatMap((lane) =>
    lane.ticks.map(({ place, name }) => ({ lane: lane.at, place, name })),
  );
  return [text(all, { ...options, text: "name", ...halo, fill: "var(--muted)", fontSize: 11 })];
}
