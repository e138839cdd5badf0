import type { FineTuneEvent } from "@graft-ml/core";

/** What a training told that a run folder keeps: without times, so that the same training keeps the same. */
export type Line = Readonly<Record<string, unknown>>;

const kept = new Set([
  "step-end",
  "epoch-end",
  "rate-lowered",
  "rolled-back",
  "stopped-early",
  "best-restored",
]);
const times = new Set(["samplesPerSecond", "secondsLeft", "seconds"]);

export function lineOf(event: FineTuneEvent): Line | undefined {
  if (!kept.has(event.type)) return undefined;
  return Object.fromEntries(Object.entries(event).filter(([key]) => !times.has(key)));
}
