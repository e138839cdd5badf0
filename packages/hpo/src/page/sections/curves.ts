import { dot, line } from "@observablehq/plot";
import type { FinishedTrial } from "../../trial.js";
import { chart } from "../chart.js";
import { html } from "../html.js";
import { beyond, reachOf } from "../reach.js";
import type { Section } from "../section.js";
import type { Seen } from "../seen.js";
import { thin, thinned } from "../thin.js";
import { precise } from "../words.js";

const best = { name: "the best", color: "var(--best)" };
const complete = { name: "complete", color: "var(--value)" };
const pruned = { name: "pruned", color: "var(--muted)" };

const MOST_CURVES = 150;
const MOST_POINTS = 60;

type Curve = FinishedTrial & { readonly kind: typeof best };

/** What trials reported on the way. */
export function curvesSection(seen: Seen): Section | undefined {
  const told = seen.trials.filter(({ reports }) => reports.length > 0);
  if (!told.some(({ reports }) => reports.length > 1)) return undefined;
  const [first] = seen.objectives.length === 1 ? seen.ranked : [];
  const chosen = thin(told, { most: MOST_CURVES, keep: first ? [first] : [] });
  const curves = chosen.map(
    (trial): Curve => ({
      ...trial,
      reports: thin(trial.reports, { most: MOST_POINTS }),
      kind: trial === first ? best : trial.state === "pruned" ? pruned : complete,
    }),
  );
  const name = seen.objectives[0]!.name;
  const reach = reachOf(
    curves.flatMap(({ reports }) => reports.map(({ value }) => value)),
    seen.objectives[0]!.direction,
  );
  const ended = told.filter(({ state }) => state === "pruned").length;
  const kinds = [first && best, complete, pruned].filter((kind) => kind !== undefined);
  return {
    id: "curves",
    title: "On the way",
    body: html`<div class="charts">${chart({
      span: "whole",
      label: `Reports of ${curves.length} trials by step; ${ended} were pruned`,
      caption: `What trials reported, step by step; ${ended > 0 ? "a pruned one ends at its cross" : "none was pruned"}.${beyond(reach)}${thinned(curves.length, told.length, "curves")}`,
      legend: kinds.filter((kind) => curves.some((curve) => curve.kind === kind)),
      plot: (width) => ({
        height: width < 500 ? 280 : 360,
        marginLeft: 60,
        marginTop: 30,
        marginBottom: 40,
        x: { label: "step", ticks: stepTicks(curves, width / 90), tickFormat: "d" },
        y: { label: name, domain: reach.domain, clamp: true, grid: true, tickFormat: precise },
        marks: [pruned, complete, best].map((kind) => drawn(curves, kind)),
      }),
    })}</div>`,
  };
}

function drawn(curves: readonly Curve[], kind: typeof best) {
  const own = curves.filter((curve) => curve.kind === kind);
  const points = own.flatMap(({ number, reports }) =>
    reports.map(({ step, value }) => ({ number, step, value })),
  );
  const ends = own.filter(({ state }) => state === "pruned");
  const opacity = kind === best ? 1 : 0.45;
  return [
    line(points, {
      x: "step",
      y: "value",
      z: "number",
      stroke: kind.color,
      strokeWidth: kind === best ? 2.5 : 1.2,
      strokeOpacity: opacity,
      title: ({ number }: { number: number }) => `trial ${number}`,
    }),
    dot(ends, {
      x: ({ reports }: Curve) => reports.at(-1)!.step,
      y: ({ reports }: Curve) => reports.at(-1)!.value,
      symbol: "times",
      r: 3,
      stroke: kind.color,
      title: ({ number, reports, reason }: Curve) =>
        `trial ${number} pruned at step ${reports.at(-1)!.step}: ${reason ?? ""}`,
    }),
  ];
}

/** Whole steps, at most so many. */
function stepTicks(curves: readonly Curve[], most: number): number[] {
  const steps = [...new Set(curves.flatMap(({ reports }) => reports.map(({ step }) => step)))];
  return [
    ...thin(
      steps.sort((a, b) => a - b),
      { most: Math.floor(most) },
    ),
  ];
}
