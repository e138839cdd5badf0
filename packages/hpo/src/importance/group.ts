import type { Conditional } from "../space/space.js";
import type { FinishedTrial } from "../trial.js";

/** A parameter and what it is called. */
export type Named = readonly [name: string, parameter: Conditional];

/** Trials that are judged together. */
export type Group = {
  readonly trials: readonly FinishedTrial[];
  /** Of each trial: less is better. */
  readonly costs: readonly number[];
  /** Those that apply to all of the trials. */
  readonly parameters: readonly Named[];
  /** Those that apply to some of them. */
  readonly others: readonly Named[];
};
