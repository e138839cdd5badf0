import { dot, rect } from "@observablehq/plot";
import type { FinishedTrial } from "../../trial.js";
import { axisOf } from "../axis.js";
import { chart } from "../chart.js";
import { html, named } from "../html.js";
import { beyond, reachOf } from "../reach.js";
import type { Section } from "../section.js";
import type { Named, Seen } from "../seen.js";
import { surfaceOf } from "../surface.js";
import { thin, thinned } from "../thin.js";
import { precise, short, told } from "../words.js";
import { importanceOf } from "./importance.js";

const MOST_POINTS = 200;
/** A surface is made of as many trials at most, evenly chosen. */
const MOST_FELT = 2000;
const SHADES = 8;

/** The first objective over the two parameters that matter most. */
export function contourSection(seen: Seen): Section | undefined {
  // What few complete trials were at an early step is no surface of their values.
  const [x, y] = importanceOf({ ...seen, trials: seen.complete }, 0)
    .filter(({ trials }) => trials === seen.complete.length)
    .map(({ name }) => seen.varied.find((each) => each.name === name)!);
  if (!x || !y) return undefined;
  const objective = seen.objectives[0]!;
  const reach = reachOf(
    seen.complete.map(({ values }) => values[0]!),
    objective.direction,
  );
  const drawn = thin(seen.complete, { most: MOST_POINTS, keep: seen.front.slice(0, 50) });
  return {
    id: "contour",
    title: "Two together",
    body: html`<p>The ${named(objective.name)} over the two parameters that matter most. A field's colour, the stronger the better, is a mean of the trials, each weighed by a normal kernel that is 6 % of a range wide; fields further than 15 % of a range from every trial are left empty; values of a choice are no neighbours. The other parameters differ from trial to trial. Points are trials; ${seen.front.length > 1 ? "the front is" : "the best is"} orange.${beyond(reach)}${thinned(drawn.length, seen.complete.length)}</p>
<div class="charts">${chart({
      span: "whole",
      label: `${objective.name} over ${x.name} and ${y.name}`,
      plot: (width) => plotted(seen, { x, y, domain: reach.domain, drawn, width }),
    })}</div>`,
  };
}

type Over = {
  readonly x: Named;
  readonly y: Named;
  readonly domain: readonly [number, number];
  readonly drawn: readonly FinishedTrial[];
  readonly width: number;
};

function plotted(seen: Seen, { x, y, domain, drawn, width }: Over) {
  const narrow = width < 500;
  const letters = narrow ? 7 : 14;
  const [across, up] = [
    axisOf(x, { ticks: narrow ? 4 : 7, letters }),
    axisOf(y, { ticks: 6, letters }),
  ];
  const front = new Set(seen.front);
  return {
    height: narrow ? 330 : 460,
    marginLeft: narrow ? 58 : 100,
    marginTop: 30,
    marginBottom: 40,
    x: { ...across.scale, domain: [...across.scale.domain] },
    y: { ...up.scale, domain: [...up.scale.domain] },
    r: { type: "identity" as const },
    color: { type: "identity" as const },
    marks: [
      rect(fields(seen, { x, y, domain }), {
        x1: ({ left }: Field) => along(across.scale, left),
        x2: ({ right }: Field) => along(across.scale, right),
        y1: ({ low }: Field) => along(up.scale, low),
        y2: ({ high }: Field) => along(up.scale, high),
        fill: "fill",
        stroke: "fill",
        strokeWidth: 0.6,
      }),
      dot(
        drawn.toSorted((a, b) => Number(front.has(a)) - Number(front.has(b))),
        {
          x: ({ params }: FinishedTrial) => across.at(params[x.name]!),
          y: ({ params }: FinishedTrial) => up.at(params[y.name]!),
          r: (trial: FinishedTrial) => (front.has(trial) ? 5 : 2),
          fill: (trial: FinishedTrial) => (front.has(trial) ? "var(--best)" : "var(--ink)"),
          stroke: "var(--surface)",
          sort: null,
          title: ({ number, params, values }: FinishedTrial) =>
            `trial ${number}: ${precise(values[0]!)}\n${x.name} ${short(told(params[x.name]), 60)}\n${y.name} ${short(told(params[y.name]), 60)}`,
        },
      ),
    ],
  };
}

type Field = {
  readonly left: number;
  readonly right: number;
  readonly low: number;
  readonly high: number;
  readonly fill: string;
};

/** Fields that lie side by side in one colour are one. */
function fields(
  { complete, objectives }: Seen,
  { x, y, domain: [low, high] }: Pick<Over, "x" | "y" | "domain">,
): readonly Field[] {
  const sign = objectives[0]!.direction === "maximize" ? -1 : 1;
  const clipped = ({ values }: FinishedTrial) => Math.min(high, Math.max(low, values[0]!));
  const felt = thin(complete, { most: MOST_FELT });
  const { across, up, values } = surfaceOf(felt, { x, y, value: clipped });
  const [least, most] = extent(values.filter(Number.isFinite));
  const shade = (value: number): number => {
    const part = (value - least) / (most - least || 1);
    return Math.round((SHADES - 1) * (sign > 0 ? 1 - part : part));
  };
  const found: (Field & { shade: number })[] = [];
  for (const [at, value] of values.entries()) {
    if (Number.isNaN(value)) continue;
    const [column, row, own] = [at % across, Math.floor(at / across), shade(value)];
    const before = found.at(-1);
    const field = {
      left: column / across,
      right: (column + 1) / across,
      low: row / up,
      high: (row + 1) / up,
      shade: own,
      fill: `color-mix(in oklab, var(--near) ${Math.round((85 * own) / (SHADES - 1))}%, var(--far))`,
    };
    if (before?.low === field.low && before.right === field.left && before.shade === own) {
      found[found.length - 1] = { ...field, left: before.left };
    } else found.push(field);
  }
  return found;
}

const extent = (values: readonly number[]): readonly [number, number] => [
  values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
  values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
];

type Scale = ReturnType<typeof axisOf>["scale"];

/** The value at a place from 0 to 1 of an axis. */
function along({ type, domain: [low, high] }: Scale, place: number): number {
  if (type === "log") return low * (high / low) ** place;
  return low + place * (high - low);
}
