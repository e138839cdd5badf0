import { SearchError } from "../error.js";
import type { Params } from "../space/parameter.js";
import type { Report } from "../trial.js";

/** What a trial is told beside its parameters. */
export type TrialContext = {
  /** The first is 0. */
  readonly number: number;
  /** From 1; more where the trial was lost with its process and given out again. */
  readonly attempt: number;
  /** Aborted when the search is, and when the trial is pruned. */
  readonly signal: AbortSignal;
  /**
   * Tells a value on the way: an epoch's, a fold's. Await it and let what it throws pass: `trial-pruned` where
   * the trial is to stop. Of two values at a step the first counts; steps may not go back.
   */
  report(report: Report): Promise<void>;
  /** Says what else is to be known of the trial. Not there: nobody hears it. */
  readonly note?: (text: string) => void;
};

/** What is searched for: a value for parameters, or one an objective. What it throws is a failed trial. */
export type Objective<P = Params> = (
  params: P,
  context: TrialContext,
) => number | readonly number[] | Promise<number | readonly number[]>;

/** Whether an error is what a report throws where the trial is to stop. */
export const isPruned = (error: unknown): boolean =>
  error instanceof SearchError && error.code === "trial-pruned";
