import { checkWhole } from "../pruners/reported.js";
import type { Objective, TrialContext } from "../search/objective.js";
import type { Params } from "../space/parameter.js";

/** Which part of the data is held out, and what the trial is told beside it. */
export type Fold = Pick<TrialContext, "number" | "attempt" | "signal"> & {
  /** From 0. */
  readonly fold: number;
  readonly count: number;
};

/** How parameters are scored, fold by fold. */
export type FoldsOptions<P = Params> = {
  /** How many folds. At least 2. */
  readonly count: number;
  /** What a fold's held-out part gives after training on the others. What it throws is a failed trial. */
  score(params: P, fold: Fold): number | Promise<number>;
};

/**
 * A k-fold objective: fold after fold, always in the same order, with the mean so far reported at step 1, 2 and
 * so on, so that any pruner may discard a candidate after a few of them. Its value is the mean over all folds.
 * Throws `config-invalid` on fewer than two folds.
 */
export function folds<P = Params>({ count, score }: FoldsOptions<P>): Objective<P> {
  checkWhole("count", count, 2);
  return async (params, { number, attempt, signal, report }) => {
    let sum = 0;
    for (let fold = 0; fold < count; fold++) {
      sum += await score(params, { fold, count, number, attempt, signal });
      await report({ step: fold + 1, value: sum / (fold + 1) });
    }
    return sum / count;
  };
}
