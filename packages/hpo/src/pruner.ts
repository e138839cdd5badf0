import type { Direction, FinishedTrial, Report, Suggested } from "./trial.js";

/** What a decision may depend on, and nothing else. */
export type Judged = {
  readonly trial: Suggested;
  /** The trial's own, the last one just made. */
  readonly reports: readonly Report[];
  readonly direction: Direction;
  readonly seed: number;
  /** The trials that are known to have ended, by number: the same ones at any number of workers. */
  readonly history: readonly FinishedTrial[];
};

/** A policy that stops trials early: a pure function of what it is asked. */
export type Pruner = {
  readonly name: string;
  /** Why the trial stops here; `undefined`: it goes on. */
  prune(judged: Judged): string | undefined;
};
