import { nounOf } from "../../task/noun.js";
import { html } from "../html.js";
import { grouped, seconds, share } from "../numbers.js";
import { phaseName } from "../phases.js";
import type { PhaseTime, ReportData } from "../report-data.js";
import type { Section } from "../section.js";
import { bar, dataTable } from "../table.js";

/** What took how long. */
export function timeSection({ times, config }: ReportData): Section | undefined {
  if (times.length === 0) return undefined;
  const total = times.reduce((sum, time) => sum + time.seconds, 0);
  const noun = nounOf(config.options.task);
  return {
    id: "time",
    title: "Time",
    body: html`<p>${seconds(total)} by the clock. A ${noun} counts as often as it was used; validation after each epoch is part of the epoch's time.</p>
${dataTable(times, {
  caption: `Time and ${noun}s of each phase`,
  columns: [
    { title: "phase", cell: ({ phase }) => phaseName(phase) },
    { title: "time", cell: (time) => seconds(time.seconds), isNumber: true },
    {
      title: "share",
      cell: (time) => bar(time.seconds / total, share(time.seconds / total)),
      isNumber: true,
    },
    {
      title: `${noun}s`,
      cell: ({ samples }) => (samples === undefined ? "–" : grouped(samples)),
      isNumber: true,
    },
    { title: `${noun}s a second`, cell: speed, isNumber: true },
  ],
})}`,
  };
}

const speed = ({ samples, seconds: taken }: PhaseTime): string =>
  samples === undefined || taken === 0 ? "–" : grouped(Math.round(samples / taken));
