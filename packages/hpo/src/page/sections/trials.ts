import type { FinishedTrial } from "../../trial.js";
import { html, type Markup, named } from "../html.js";
import type { Section } from "../section.js";
import type { Seen } from "../seen.js";
import { type Column, dataTable } from "../table.js";
import { grouped, lasting, precise, short, told } from "../words.js";

const MOST_ROWS = 300;

/** All trials, the best first, then those without values by number. */
export function trialsSection(seen: Seen): Section | undefined {
  const { trials, ranked, objectives, front } = seen;
  if (trials.length === 0) return undefined;
  const ended = new Set(ranked);
  const ahead = objectives.length > 1 ? new Set(front) : new Set<FinishedTrial>();
  const rows = [
    ...ranked.filter((trial) => ahead.has(trial)),
    ...ranked.filter((trial) => !ahead.has(trial)),
    ...trials.filter((trial) => !ended.has(trial)),
  ];
  const order =
    objectives.length > 1 ? "The front first, then by the first objective" : "The best first";
  return {
    id: "trials",
    title: "Trials",
    body: html`<p>${order}; those without a value last.${rows.length > MOST_ROWS && ` The first ${MOST_ROWS} of ${grouped(rows.length)}.`}</p>
${dataTable(rows.slice(0, MOST_ROWS), { caption: "Trials", columns: columnsOf(seen) })}`,
  };
}

function columnsOf(seen: Seen): readonly Column<FinishedTrial>[] {
  const { objectives, parameters, times, pruned, failed } = seen;
  const hasReports = seen.trials.some(({ reports }) => reports.length > 0);
  const optional: Column<FinishedTrial>[] = [];
  if (hasReports) {
    const last = ({ reports }: FinishedTrial) => reports.at(-1);
    optional.push(
      { title: "last step", cell: (trial) => last(trial)?.step ?? "–", isNumber: true },
      {
        title: "its value",
        cell: (trial) => (last(trial) ? precise(last(trial)!.value) : "–"),
        isNumber: true,
      },
    );
  }
  if (times.size > 0)
    optional.push({ title: "time", cell: (trial) => durationOf(seen, trial), isNumber: true });
  if (pruned.length + failed.length > 0) {
    optional.push({
      title: "why it stopped",
      cell: ({ reason }) => named(short(reason ?? "", 160)),
    });
  }
  return [
    { title: "trial", cell: ({ number }) => number, isNumber: true },
    { title: "state", cell: stateOf },
    ...objectives.map(({ name }, at) => ({
      title: named(name),
      cell: ({ values }: FinishedTrial) => (values[at] === undefined ? "–" : precise(values[at])),
      isNumber: true,
    })),
    ...parameters.map(({ name, parameter }) => ({
      title: named(name),
      cell: ({ params }: FinishedTrial) => named(short(told(params[name]), 60)),
      isNumber: parameter.kind !== "choice",
    })),
    ...optional,
  ];
}

const stateOf = ({ state }: FinishedTrial): Markup =>
  html`<span class="state-${state}">${state}</span>`;

function durationOf({ times }: Seen, { number }: FinishedTrial): string {
  const own = times.get(number);
  return own ? lasting(own.reduce((sum, { start, end }) => sum + end - start, 0)) : "–";
}
