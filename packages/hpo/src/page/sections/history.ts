import { dot, line, type Markish, ruleY } from "@observablehq/plot";
import type { FinishedTrial } from "../../trial.js";
import { chart } from "../chart.js";
import { html, type Markup } from "../html.js";
import { beyond, reachOf } from "../reach.js";
import type { Section } from "../section.js";
import type { Objective, Seen } from "../seen.js";
import { thin, thinned } from "../thin.js";
import { precise, tried } from "../words.js";

const value = { name: "complete", color: "var(--value)" };
const best = { name: "best so far", color: "var(--best)" };
const pruned = { name: "pruned", color: "var(--muted)" };
const failed = { name: "failed", color: "var(--failed)" };

const MOST = 800;

/** The values of trials in their order, and the best of them so far. */
export function historySection(seen: Seen): Section | undefined {
  if (seen.trials.length === 0) return undefined;
  const span = seen.objectives.length === 1 ? "whole" : "half";
  return {
    id: "history",
    title: "History",
    body: html`<div class="charts">${seen.objectives.map((_, at) => history(seen, { at, span }))}</div>`,
  };
}

function history(
  seen: Seen,
  { at, span }: { readonly at: number; readonly span: "whole" | "half" },
): Markup {
  const { complete, trials, objectives } = seen;
  const objective = objectives[at]!;
  const reach = reachOf(
    complete.map(({ values }) => values[at]!),
    objective.direction,
  );
  const steps = stepsOf(complete, { at, ...objective });
  const drawn = thin(complete, { most: MOST, keep: steps.map(({ trial }) => trial) });
  const others = ["pruned", "failed"] as const;
  const last = trials.at(-1)!.number;
  const legend = [
    value,
    best,
    ...(seen.pruned.length > 0 ? [pruned] : []),
    ...(seen.failed.length > 0 ? [failed] : []),
  ];
  return chart({
    span,
    label: told(steps, objective),
    caption: `${told(steps, objective)}.${marked(seen)}${beyond(reach)}${thinned(drawn.length, complete.length, "complete trials")}`,
    legend,
    plot: (width) => ({
      height: width < 500 ? 260 : 320,
      marginLeft: 60,
      marginTop: 30,
      marginBottom: 56,
      x: {
        label: "trial",
        domain: [-0.5, last + 0.5],
        ticks: wholeTicks(last, width / 80),
        tickFormat: "d",
        tickSize: 0,
        tickPadding: 20,
      },
      y: {
        label: objective.name,
        domain: reach.domain,
        clamp: true,
        grid: true,
        tickFormat: precise,
      },
      marks: [
        ruleY([reach.domain[0]], { stroke: "var(--line)" }),
        dot(drawn, {
          x: "number",
          y: (trial: FinishedTrial) => trial.values[at],
          r: drawn.length > 300 ? 1.5 : 2.5,
          fill: value.color,
          fillOpacity: drawn.length > 300 ? 0.7 : 1,
          title: (trial: FinishedTrial) =>
            `trial ${trial.number}: ${precise(trial.values[at]!)}\n${tried(trial)}`,
        }),
        line(lineOf(steps, last), {
          x: "x",
          y: "y",
          stroke: best.color,
          strokeWidth: 2,
          curve: "step-after",
        }),
        ...others.map((state) => ticks(seen[state], state)),
      ],
    }),
  });
}

/** Trials without a value, at the foot of the chart. */
function ticks(trials: readonly FinishedTrial[], state: "pruned" | "failed"): Markish {
  return dot(thin(trials, { most: MOST / 2 }), {
    x: "number",
    frameAnchor: "bottom",
    dy: state === "pruned" ? 5 : 12,
    symbol: state === "pruned" ? "times" : "triangle",
    r: 2,
    stroke: state === "pruned" ? pruned.color : failed.color,
    title: ({ number, reason }: FinishedTrial) => `trial ${number} ${state}: ${reason ?? ""}`,
  });
}

type Step = { readonly trial: FinishedTrial; readonly value: number };

/** The trials that were better than all before them. */
function stepsOf(
  complete: readonly FinishedTrial[],
  { at, direction }: Objective & { readonly at: number },
): readonly Step[] {
  const sign = direction === "maximize" ? -1 : 1;
  let least = Number.POSITIVE_INFINITY;
  return complete.flatMap((trial) => {
    const own = trial.values[at]!;
    if (!(sign * own < least)) return [];
    least = sign * own;
    return [{ trial, value: own }];
  });
}

const lineOf = (steps: readonly Step[], last: number) => {
  const points = steps.map(({ trial, value }) => ({ x: trial.number, y: value }));
  const end = points.at(-1);
  return end ? [...points, { x: last + 0.5, y: end.y }] : [];
};

function told(steps: readonly Step[], { name }: Objective): string {
  const last = steps.at(-1);
  if (!last) return `No trial has a ${name} yet`;
  return `Best ${name} so far: ${precise(last.value)} since trial ${last.trial.number}, ${precise(steps[0]!.value)} at first`;
}

const marked = ({ pruned, failed }: Seen): string => {
  const kinds = [pruned.length > 0 && "pruned (×)", failed.length > 0 && "failed (△)"].filter(
    Boolean,
  );
  return kinds.length > 0 ? ` At the foot: ${kinds.join(" and ")} trials.` : "";
};

/** Whole numbers from 0 on, round ones, at most so many. */
function wholeTicks(last: number, most: number): number[] {
  const rough = Math.max(1, last / most);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough)!;
  return Array.from({ length: Math.floor(last / step) + 1 }, (_, at) => at * step);
}
