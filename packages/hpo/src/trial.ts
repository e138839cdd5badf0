import type { Params } from "./space/parameter.js";

/** Whether smaller or larger values are better. */
export type Direction = "minimize" | "maximize";

/** What an objective told on the way: its first value at a step, such as an epoch, counting from 1. */
export type Report = { readonly step: number; readonly value: number };

/**
 * `complete`: has its values. `pruned`: stopped early, and has reports. `failed`: its objective threw, or gave
 * a number that is not finite.
 */
export type TrialState = "complete" | "pruned" | "failed";

/** A trial that has been given out: its number and its parameters. */
export type Suggested = { readonly number: number; readonly params: Params };

/** A trial that has ended. Plain JSON. */
export type FinishedTrial = Suggested & {
  readonly state: TrialState;
  /** One an objective; empty unless complete. */
  readonly values: readonly number[];
  readonly reports: readonly Report[];
  /** Of a failed trial: why. */
  readonly reason?: string;
};
