import { SearchError } from "../error.js";
import type { Judged, Pruner } from "../pruner.js";
import { asLoss, checkPace, checkWhole, isDue, lowest, type Pace, valueAt } from "./reported.js";

/** How a trial is compared with those before it. */
export type PercentileOptions = Pace & {
  /** Nothing is pruned before so many trials are complete. Default 5. */
  readonly startup?: number;
  /** Nor at a step that fewer of those reported. Default 1. */
  readonly minTrials?: number;
};

/**
 * Stops a trial whose best value so far is worse than the best `percentile` per cent of complete trials at the
 * same step (between two of them, on the line). Throws `config-invalid` on a percentile outside 0 to 100.
 */
export function percentile(best: number, options: PercentileOptions = {}): Pruner {
  if (!(best >= 0 && best <= 100)) {
    throw new SearchError("config-invalid", `A percentile is ${best}. Give one from 0 to 100.`);
  }
  checkPace(options);
  checkWhole("startup", options.startup ?? 5, 0);
  checkWhole("minTrials", options.minTrials ?? 1, 1);
  return { name: `percentile(${best})`, prune: (judged) => judge(judged, best, options) };
}

function judge(judged: Judged, best: number, options: PercentileOptions): string | undefined {
  const { startup = 5, minTrials = 1 } = options;
  const { reports, direction, history } = judged;
  const complete = history.filter(({ state }) => state === "complete");
  if (complete.length < Math.max(startup, 1) || !isDue(reports, options)) return undefined;
  const { step } = reports.at(-1)!;
  const own = lowest(reports.map(({ value }) => asLoss(value, direction)));
  if (Number.isNaN(own)) return `every value up to step ${step} is NaN`;
  const others = complete
    .map((trial) => valueAt(trial.reports, step))
    .filter((value) => value !== undefined)
    .map((value) => asLoss(value, direction));
  if (others.length < minTrials) return undefined;
  const bar = quantile(others, best / 100);
  if (!(own > bar)) return undefined;
  return `best ${asLoss(own, direction)} by step ${step} is worse than ${asLoss(bar, direction)}, the best ${best} % of ${others.length} trials`;
}

/** Between two values, on the line from one to the other. */
function quantile(values: readonly number[], place: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = place * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return low === high ? low : low + (high - low) * (at - Math.floor(at));
}
