import { SearchError } from "../error.js";
import { problemOf } from "../space/params.js";
import type { FinishedTrial, Suggested } from "../trial.js";
import type { KnownTrials } from "./journal.js";
import type { SearchPlan } from "./options.js";

/** The trial to start next, and what it may know. */
export type NextTrial = {
  readonly trial: Suggested;
  /** From 1. */
  readonly attempt: number;
  readonly history: readonly FinishedTrial[];
};

/**
 * The first trial that nobody has; `wait`: there is none yet, or none is left to give out; `exhausted`: the
 * sampler has no trial of this number or above.
 */
export type Next = NextTrial | "wait" | { readonly exhausted: number };

/** A pure function of what is known. Of two trials, the one with the smaller number is always given out first. */
export function nextTrial(plan: SearchPlan, { ended, held }: KnownTrials, limit: number): Next {
  const { window } = plan;
  for (let number = 0; number < limit; number++) {
    // Whatever follows needs at least as much.
    if (number >= window && !ended.has(number - window)) return "wait";
    const holding = held.get(number);
    if (ended.has(number) || (holding && holding.holder !== "lost")) continue;
    const history = range(0, number - window + 1).map((each) => ended.get(each)!);
    if (holding) {
      return { trial: suggestedOf(holding), attempt: holding.attempt + 1, history };
    }
    const pending = range(Math.max(0, number - window + 1), number).map((each) =>
      suggestedOf(ended.get(each) ?? held.get(each)!),
    );
    const params = suggest(plan, { number, history, pending });
    return params === undefined
      ? { exhausted: number }
      : { trial: { number, params }, attempt: 1, history };
  }
  return "wait";
}

type Place = {
  readonly number: number;
  readonly history: readonly FinishedTrial[];
  readonly pending: readonly Suggested[];
};

function suggest({ space, sampler, directions, seed }: SearchPlan, place: Place) {
  const params = sampler.suggest({ space, directions, seed, ...place });
  if (params === undefined) return undefined;
  const problem = problemOf(space, params);
  if (problem === undefined) return params;
  throw new SearchError(
    "space-invalid",
    `${sampler.name} suggests ${JSON.stringify(params)} for trial ${place.number}: ${problem}. Mend the sampler.`,
  );
}

const suggestedOf = ({ number, params }: Suggested): Suggested => ({ number, params });

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at);
