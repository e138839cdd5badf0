import { barX } from "@observablehq/plot";
import type { TrialState } from "../../trial.js";
import { chart } from "../chart.js";
import { html } from "../html.js";
import type { TrialTime } from "../input.js";
import type { Section } from "../section.js";
import type { Seen } from "../seen.js";
import { grouped, lasting, short } from "../words.js";

const COLORS: Readonly<Record<TrialState, string>> = {
  complete: "var(--value)",
  pruned: "var(--muted)",
  failed: "var(--failed)",
};

const MOST_BARS = 600;
const MOST_ROWS = 40;

type Bar = TrialTime & { readonly row: string; readonly state: TrialState };

/** When trials ran, a row a worker. */
export function timelineSection(seen: Seen): Section | undefined {
  const states = new Map(seen.trials.map(({ number, state }) => [number, state]));
  const known = [...seen.times.values()].flat().filter(({ number }) => states.has(number));
  if (known.length === 0) return undefined;
  const hasWorkers = known.every(({ worker }) => worker !== undefined);
  const shown = known.toSorted((a, b) => a.start - b.start).slice(-MOST_BARS);
  const placed = hasWorkers ? shown.map((time) => ({ ...time, row: time.worker! })) : inRows(shown);
  const rows = [...new Set(placed.map(({ row }) => row))]
    .sort((a, b) => a.localeCompare(b, "en", { numeric: true }))
    .slice(0, MOST_ROWS);
  const bars = placed.map((time): Bar => ({ ...time, state: states.get(time.number)! }));
  const first = bars.reduce((least, { start }) => Math.min(least, start), Number.POSITIVE_INFINITY);
  const last = bars.reduce((most, { end }) => Math.max(most, end), first);
  const unit = unitOf(last - first);
  const at = (seconds: number) => (seconds - first) / unit.seconds;
  return {
    id: "timeline",
    title: "Time",
    body: html`<div class="charts">${chart({
      span: "whole",
      label: `When ${new Set(bars.map(({ number }) => number)).size} trials ran, in ${rows.length} rows`,
      caption: html`${lasting(last - first)} from the first start to the last end. ${hasWorkers ? "A row is a worker." : "A row is as much as one worker could have run."}${shown.length < known.length && ` The last ${shown.length} of ${grouped(known.length)} trials.`}`,
      legend: [...new Set(bars.map(({ state }) => state))].map((state) => ({
        name: state,
        color: COLORS[state],
      })),
      plot: (width) => ({
        height: 60 + Math.max(24, 26 * rows.length),
        marginLeft: hasWorkers ? (width < 500 ? 80 : 130) : 30,
        marginTop: 10,
        marginBottom: 40,
        x: { label: unit.name, grid: true, ticks: Math.round(width / 100) },
        y: {
          domain: rows,
          label: null,
          tickSize: 0,
          tickFormat: (row: string) => short(row, width < 500 ? 11 : 20),
        },
        color: { type: "identity" },
        marks: [
          barX(
            bars.filter(({ row }) => rows.includes(row)),
            {
              x1: ({ start }: Bar) => at(start),
              x2: ({ end }: Bar) => at(end),
              y: "row",
              fill: ({ state }: Bar) => COLORS[state],
              stroke: "var(--surface)",
              strokeWidth: bars.length > 300 ? 0.3 : 1,
              title: ({ number, state, start, end }: Bar) =>
                `trial ${number}, ${state}: ${lasting(end - start)}`,
            },
          ),
        ],
      }),
    })}</div>`,
  };
}

/** Each trial, by start, in the first row that is free. */
function inRows(times: readonly TrialTime[]): readonly (TrialTime & { readonly row: string })[] {
  const free: number[] = [];
  return times.map((time) => {
    const found = free.findIndex((end) => end <= time.start);
    const row = found === -1 ? free.length : found;
    free[row] = time.end;
    return { ...time, row: String(row + 1) };
  });
}

function unitOf(seconds: number): { readonly name: string; readonly seconds: number } {
  if (seconds < 180) return { name: "seconds", seconds: 1 };
  return seconds < 3 * 3600 ? { name: "minutes", seconds: 60 } : { name: "hours", seconds: 3600 };
}
