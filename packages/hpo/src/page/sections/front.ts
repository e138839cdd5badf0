import { dot, line } from "@observablehq/plot";
import type { FinishedTrial } from "../../trial.js";
import { chart } from "../chart.js";
import { html, type Markup } from "../html.js";
import { beyond, reachOf } from "../reach.js";
import type { Section } from "../section.js";
import type { Seen } from "../seen.js";
import { thin, thinned } from "../thin.js";
import { grouped, precise, tried } from "../words.js";

const front = { name: "on the front", color: "var(--best)" };
const other = { name: "others", color: "var(--value)" };

const MOST_POINTS = 500;
const MOST_KEPT = 300;
const MOST_PAIRS = 6;

/** Of several objectives: the trials that none is better than in every respect, two objectives at a time. */
export function frontSection(seen: Seen): Section | undefined {
  const { objectives, complete } = seen;
  if (objectives.length < 2 || complete.length === 0) return undefined;
  const pairs = objectives
    .flatMap((_, x) => objectives.slice(x + 1).map((_, at) => [x, x + 1 + at] as const))
    .slice(0, MOST_PAIRS);
  return {
    id: "front",
    title: "Front",
    body: html`<p>${grouped(seen.front.length)} of ${grouped(complete.length)} complete trials are on the front: no other is as good in every objective and better in one.</p>
<div class="charts">${pairs.map((pair) => pairChart(seen, pair))}</div>`,
  };
}

function pairChart(seen: Seen, [x, y]: readonly [number, number]): Markup {
  const { objectives, complete } = seen;
  const [across, up] = [objectives[x]!, objectives[y]!];
  const reach = [x, y].map((at) =>
    reachOf(
      complete.map(({ values }) => values[at]!),
      objectives[at]!.direction,
    ),
  );
  const kept = thin(seen.front, { most: MOST_KEPT });
  const drawn = thin(complete, { most: MOST_POINTS, keep: kept });
  const ahead = new Set(kept);
  const two = objectives.length === 2;
  const better = (at: number) => (objectives[at]!.direction === "minimize" ? "less" : "more");
  return chart({
    span: two ? "whole" : "half",
    label: `${up.name} against ${across.name} of ${drawn.length} trials, ${seen.front.length} of them on the front`,
    caption: `Better: ${better(x)} ${across.name}, ${better(y)} ${up.name}.${reach.map(beyond).join("")}${thinned(drawn.length, complete.length)}`,
    legend: [front, other],
    plot: (width) => ({
      height: width < 600 ? 300 : 380,
      marginLeft: 60,
      marginTop: 30,
      marginBottom: 40,
      x: {
        label: across.name,
        domain: reach[0]!.domain,
        clamp: true,
        grid: true,
        ticks: Math.round(width / 90),
        tickFormat: precise,
      },
      y: { label: up.name, domain: reach[1]!.domain, clamp: true, grid: true, tickFormat: precise },
      marks: [
        points(
          drawn.filter((trial) => !ahead.has(trial)),
          { x, y, color: other.color },
        ),
        two
          ? line(
              kept.toSorted((a, b) => a.values[x]! - b.values[x]!),
              {
                x: ({ values }: FinishedTrial) => values[x],
                y: ({ values }: FinishedTrial) => values[y],
                stroke: front.color,
                curve: across.direction === "minimize" ? "step-after" : "step-before",
              },
            )
          : null,
        points(kept, { x, y, color: front.color }),
      ],
    }),
  });
}

const points = (
  trials: readonly FinishedTrial[],
  { x, y, color }: { readonly x: number; readonly y: number; readonly color: string },
) =>
  dot(trials, {
    x: ({ values }: FinishedTrial) => values[x],
    y: ({ values }: FinishedTrial) => values[y],
    r: color === front.color ? 3.5 : 2,
    fill: color,
    fillOpacity: color === front.color ? 1 : 0.6,
    title: (trial: FinishedTrial) =>
      `trial ${trial.number}: ${trial.values.map(precise).join(", ")}\n${tried(trial)}`,
  });
