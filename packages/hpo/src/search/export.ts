import type { FinishedTrial } from "../trial.js";

/**
 * A table of trials as CSV (RFC 4180): number, state, value_0 and so on, the parameters as param_NAME, the last
 * report's step and value, reason. Absent parameters are empty; numbers are as JavaScript writes them.
 */
export function trialsToCsv(trials: readonly FinishedTrial[]): string {
  const names = [...new Set(trials.flatMap(({ params }) => Object.keys(params)))];
  const width = Math.max(0, ...trials.map(({ values }) => values.length));
  const places = [...Array(width).keys()];
  const head = [
    "number",
    "state",
    ...places.map((at) => `value_${at}`),
    ...names.map((name) => `param_${name}`),
    "last_step",
    "last_value",
    "reason",
  ];
  const rows = trials.map(({ number, state, values, params, reports, reason }) => [
    number,
    state,
    ...places.map((at) => values[at]),
    ...names.map((name) => params[name]),
    reports.at(-1)?.step,
    reports.at(-1)?.value,
    reason,
  ]);
  return [head, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

/** Trials as JSON, indented: what a journal knows of them, whole. */
export const trialsToJson = (trials: readonly FinishedTrial[]): string =>
  `${JSON.stringify(trials, null, 2)}\n`;

function cell(value: unknown): string {
  const text = value === undefined ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
