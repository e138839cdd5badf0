import type { Direction, FinishedTrial } from "../trial.js";
import type { SearchResult } from "./events.js";
import { paretoFront } from "./pareto-front.js";

/** What trials amount to, in whatever order they ended. */
export function resultOf(
  ended: readonly FinishedTrial[],
  directions: readonly Direction[],
): SearchResult {
  const trials = ended.toSorted((a, b) => a.number - b.number);
  const front = paretoFront(trials, directions);
  const [best] = front;
  return directions.length === 1 && best ? { trials, best, front } : { trials, front };
}
