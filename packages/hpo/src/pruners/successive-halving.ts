import type { Judged, Pruner } from "../pruner.js";
import type { Report } from "../trial.js";
import { asLoss, checkWhole } from "./reported.js";

/** Where a trial is judged, and how many go on. Steps are the resource. */
export type HalvingOptions = {
  /** Steps of the first rung; each further one has `reduction` times as many. Default 1. */
  readonly minResource?: number;
  /** One in so many goes on from a rung: eta. Default 4. */
  readonly reduction?: number;
  /** Rungs that are left out at the start: the paper's early-stopping rate s. Default 0. */
  readonly skipped?: number;
  /** Nothing goes on from a rung that has seen no more trials than this, its own with it. Default 0. */
  readonly bootstrap?: number;
};

/**
 * Asynchronous successive halving (ASHA: Li et al., A System for Massively Parallel Hyperparameter Tuning,
 * MLSys 2020), by stopping: at each rung a trial goes on if it is among the best of one in `reduction` that
 * reached it; the first ones, if it is the best so far.
 */
export function successiveHalving(options: HalvingOptions = {}): Pruner {
  const { minResource = 1, reduction = 4, skipped = 0, bootstrap = 0 } = options;
  checkWhole("minResource", minResource, 1);
  checkWhole("reduction", reduction, 2);
  checkWhole("skipped", skipped, 0);
  checkWhole("bootstrap", bootstrap, 0);
  const first = minResource * reduction ** skipped;
  return {
    name: `successive-halving(${minResource}, ${reduction}, ${skipped})`,
    prune(judged) {
      const last = judged.reports.at(-1);
      if (!last) return undefined;
      const before = judged.reports.at(-2)?.step ?? 0;
      for (let rung = first; rung <= last.step; rung *= reduction) {
        // A rung is judged once, by the first report that reaches it.
        if (before >= rung) continue;
        const reason = judgeAt(rung, judged, { reduction, bootstrap });
        if (reason) return reason;
      }
      return undefined;
    },
  };
}

function judgeAt(
  rung: number,
  { reports, direction, history }: Judged,
  { reduction, bootstrap }: { readonly reduction: number; readonly bootstrap: number },
): string | undefined {
  const { value } = reports.at(-1)!;
  if (Number.isNaN(value)) return `NaN at rung ${rung}`;
  const own = asLoss(value, direction);
  const losses = history.flatMap((trial) => {
    const reached = valueOn(rung, trial.reports);
    return reached === undefined ? [] : [asLoss(reached, direction)];
  });
  losses.push(own);
  losses.sort((a, b) => a - b);
  if (losses.length <= bootstrap) return `rung ${rung} has seen ${losses.length} trials only`;
  const kept = Math.max(Math.floor(losses.length / reduction), 1);
  if (own <= losses[kept - 1]!) return undefined;
  return `${value} at rung ${rung} is not among the best ${kept} of ${losses.length}`;
}

const valueOn = (rung: number, reports: readonly Report[]): number | undefined =>
  reports.find(({ step }) => step >= rung)?.value;
