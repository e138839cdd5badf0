import { SearchError } from "../error.js";
import type { Pruner } from "../pruner.js";
import { asLoss, checkWhole, lowest } from "./reported.js";

/** How long a trial may go without getting better. */
export type PatienceOptions = {
  /** In reports. */
  readonly patience: number;
  /** It may be worse by this much and still go on. Default 0. */
  readonly minDelta?: number;
  /** Decides, once patience is out. Default: the trial stops. */
  readonly pruner?: Pruner;
};

/**
 * Stops a trial whose last `patience` + 1 values are all worse, by more than `minDelta`, than the best before
 * them (early stopping: Prechelt 1998). Other trials don't count.
 */
export function patience(options: PatienceOptions): Pruner {
  const { patience: length, minDelta = 0, pruner } = options;
  checkWhole("patience", length, 0);
  if (!(minDelta >= 0)) {
    throw new SearchError("config-invalid", `minDelta is ${minDelta}. Give a number from 0 up.`);
  }
  return {
    name: pruner ? `patience(${length}, ${pruner.name})` : `patience(${length})`,
    prune(judged) {
      const losses = judged.reports.map(({ value }) => asLoss(value, judged.direction));
      if (losses.length <= length + 1) return undefined;
      const before = lowest(losses.slice(0, -length - 1));
      if (!(before + minDelta < lowest(losses.slice(-length - 1)))) return undefined;
      if (pruner) return pruner.prune(judged);
      return `no better than ${asLoss(before, judged.direction)} in ${length + 1} reports`;
    },
  };
}
