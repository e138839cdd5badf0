import { SearchError } from "../error.js";
import type { Direction, Report } from "../trial.js";

/** When a pruner looks at a trial. */
export type Pace = {
  /** Steps that are never judged. Default 0. */
  readonly warmup?: number;
  /** Judged at the first report of every so many steps after those. Default 1. */
  readonly interval?: number;
};

/** Whether the last report is one to judge. */
export function isDue(reports: readonly Report[], { warmup = 0, interval = 1 }: Pace): boolean {
  const last = reports.at(-1);
  if (!last || last.step < warmup) return false;
  const opened = Math.floor((last.step - warmup) / interval) * interval + warmup;
  const before = reports.at(-2);
  return before === undefined || before.step < opened;
}

/** Values as if smaller were better. */
export const asLoss = (value: number, direction: Direction): number =>
  direction === "minimize" ? value : -value;

/** The smallest, NaN aside; NaN where there is nothing else. */
export function lowest(values: readonly number[]): number {
  let low = Number.NaN;
  for (const value of values) if (!(value >= low) && !Number.isNaN(value)) low = value;
  return low;
}

/** What a trial reported at a step. */
export const valueAt = (reports: readonly Report[], step: number): number | undefined =>
  reports.find((report) => report.step === step)?.value;

/** Throws `config-invalid`, naming the option, unless a number is whole and at least `min`. */
export function checkWhole(name: string, value: number, min: number): void {
  if (Number.isSafeInteger(value) && value >= min) return;
  throw new SearchError(
    "config-invalid",
    `${name} is ${value}. Give a whole number from ${min} up.`,
  );
}

/** Throws `config-invalid` on a pace that can't be kept. */
export function checkPace({ warmup = 0, interval = 1 }: Pace): void {
  checkWhole("warmup", warmup, 0);
  checkWhole("interval", interval, 1);
}
