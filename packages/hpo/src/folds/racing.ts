import { SearchError } from "../error.js";
import type { Judged, Pruner } from "../pruner.js";
import { asLoss, checkWhole } from "../pruners/reported.js";
import type { FinishedTrial } from "../trial.js";
import { scoresOf } from "./fold-scores.js";
import { studentAbove } from "./student.js";

/** When a candidate is out of the race. */
export type RacingOptions = {
  /** Nobody is stopped before so many folds. At least 2. Default 3. */
  readonly minFolds?: number;
  /** How likely chance alone would do as much, at most. Default 0.05. */
  readonly level?: number;
};

/**
 * Stops a trial of `folds` that is worse than the best complete one on the very same folds, by a paired t-test
 * to one side: a race (Maron and Moore 1994, Birattari et al. 2002) with the best known alone. Folds share data
 * and are looked at again and again, so the level is a dial and no promise. Throws `config-invalid` by name.
 */
export function racing({ minFolds = 3, level = 0.05 }: RacingOptions = {}): Pruner {
  checkWhole("minFolds", minFolds, 2);
  if (!(level > 0 && level < 0.5)) {
    throw new SearchError("config-invalid", `level is ${level}. Give one between 0 and 0.5.`);
  }
  return {
    name: `racing(${minFolds}, ${level})`,
    prune: (judged) => judge(judged, { minFolds, level }),
  };
}

function judge(
  { reports, direction, history }: Judged,
  { minFolds, level }: Required<RacingOptions>,
): string | undefined {
  const own = scoresOf(reports);
  if (own.length < minFolds) return undefined;
  if (own.some(Number.isNaN)) return "a fold's score is NaN";
  const best = bestOf(history, (trial) => asLoss(trial.values[0]!, direction));
  if (!best) return undefined;
  const others = scoresOf(best.reports);
  if (others.length < own.length) return undefined;
  const gaps = own.map((score, at) => asLoss(score, direction) - asLoss(others[at]!, direction));
  const chance = chanceOf(gaps);
  if (!(chance < level)) return undefined;
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  return `worse than trial ${best.number} by ${mean.toPrecision(3)} a fold on the same ${own.length} folds (p ${chance.toPrecision(2)})`;
}

/** The first of the best. */
function bestOf(
  history: readonly FinishedTrial[],
  lossOf: (trial: FinishedTrial) => number,
): FinishedTrial | undefined {
  let best: FinishedTrial | undefined;
  for (const trial of history) {
    if (trial.state !== "complete") continue;
    if (!best || lossOf(trial) < lossOf(best)) best = trial;
  }
  return best;
}

/** How likely gaps of mean 0 have a mean as far above 0. */
function chanceOf(gaps: readonly number[]): number {
  const count = gaps.length;
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / count;
  const squares = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0);
  const error = Math.sqrt(squares / (count - 1) / count);
  if (error === 0) return mean > 0 ? 0 : 1;
  return studentAbove(mean / error, count - 1);
}
