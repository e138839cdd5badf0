import type { Direction, FinishedTrial } from "../trial.js";

/**
 * The complete trials that no other dominates (as good in every objective and better in one), by number.
 * Equal ones are all kept.
 */
export function paretoFront(
  trials: readonly FinishedTrial[],
  directions: readonly Direction[],
): readonly FinishedTrial[] {
  const complete = trials
    .filter(({ state }) => state === "complete")
    .map((trial) => ({
      trial,
      losses: trial.values.map((value, at) => (directions[at] === "maximize" ? -value : value)),
    }));
  return complete
    .filter(({ losses }) => !complete.some((other) => dominates(other.losses, losses)))
    .map(({ trial }) => trial)
    .toSorted((a, b) => a.number - b.number);
}

function dominates(a: readonly number[], b: readonly number[]): boolean {
  let better = false;
  for (const [at, loss] of a.entries()) {
    if (loss > b[at]!) return false;
    if (loss < b[at]!) better = true;
  }
  return better;
}
