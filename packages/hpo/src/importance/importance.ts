import { SearchError } from "../error.js";
import type { Conditional, Parameters } from "../space/space.js";
import { levelsOf } from "../space/unit.js";
import type { Direction, FinishedTrial } from "../trial.js";
import { fanova } from "./fanova.js";
import type { Group, Named } from "./group.js";
import { pedAnova } from "./ped-anova.js";

/** How parameters are judged, and by what. */
export type ImportanceOptions = {
  /**
   * `ped-anova`: how much the best trials' values of a parameter differ from those of all (only the order of
   * trials counts). `fanova`: the part of the values' variance that a parameter explains alone over the whole
   * space, by a forest. Default "ped-anova".
   */
  readonly method?: "ped-anova" | "fanova";
  /** Which of several objectives, from 0. Default 0. */
  readonly objective?: number;
  /** One an objective. Default ["minimize"]. */
  readonly directions?: readonly Direction[];
  /** Of the forest's draws. Default 0. */
  readonly seed?: number;
};

/** How much a parameter matters. Plain JSON. */
export type Importance = {
  readonly name: string;
  /** How many complete trials have it. */
  readonly trials: number;
  /**
   * Of 1, beside the parameters that apply to the same trials; those of one group sum to 1, or to 0 where
   * nothing is explained. Absent where too few trials have it.
   */
  readonly share?: number;
};

/** Fewer trials tell nothing. */
const LEAST_TRIALS = 10;

/**
 * How much each parameter with more than one value matters, the most important first. A conditional one is
 * judged among the trials that have it. PED-ANOVA (Watanabe, Bansal and Hutter 2023) or fANOVA (Hutter, Hoos
 * and Leyton-Brown 2014). Throws `config-invalid` with fewer than 10 complete trials, or for an objective
 * that there isn't.
 */
export function importance(
  trials: readonly FinishedTrial[],
  space: { readonly parameters: Parameters },
  options: ImportanceOptions = {},
): readonly Importance[] {
  const { method = "ped-anova", objective = 0, directions = ["minimize"], seed = 0 } = options;
  const direction = directions[objective];
  if (direction === undefined) {
    throw invalid(`There is no objective ${objective} among ${directions.length}. Count from 0.`);
  }
  const complete = trials.filter(
    ({ state, values }) => state === "complete" && Number.isFinite(values[objective]),
  );
  if (complete.length < LEAST_TRIALS) {
    throw invalid(
      `Importance needs ${LEAST_TRIALS} complete trials; there are ${complete.length}. Let the search go on.`,
    );
  }
  const sign = direction === "maximize" ? -1 : 1;
  const found = groupsOf(complete, space.parameters).flatMap(({ names, trials }) => {
    if (trials.length < LEAST_TRIALS) return names.map((name) => ({ name, trials: trials.length }));
    const group = groupOf(trials, {
      parameters: Object.entries(space.parameters).filter(([, each]) => isVaried(each)),
      costs: trials.map(({ values }) => sign * values[objective]!),
    });
    const shares = sharesOf(method === "fanova" ? fanova(group, seed) : pedAnova(group));
    return names.map((name) => ({
      name,
      trials: trials.length,
      share: shares[group.parameters.findIndex(([other]) => other === name)]!,
    }));
  });
  return found.sort((a: Importance, b: Importance) => (b.share ?? -1) - (a.share ?? -1));
}

const isVaried = (parameter: Conditional): boolean => levelsOf(parameter) > 1;

/** Sorts parameters by whether they apply to all of some trials, or to a few of them. */
function groupOf(
  trials: readonly FinishedTrial[],
  {
    parameters,
    costs,
  }: { readonly parameters: readonly Named[]; readonly costs: readonly number[] },
): Group {
  const has = (name: string) => (trial: FinishedTrial) => name in trial.params;
  const isShared = ([name]: Named) => trials.every(has(name));
  return {
    trials,
    costs,
    parameters: parameters.filter(isShared),
    others: parameters.filter((each) => !isShared(each) && trials.some(has(each[0]))),
  };
}

/** Parameters with more than one value, by the trials that they apply to. */
function groupsOf(complete: readonly FinishedTrial[], parameters: Parameters) {
  const groups = new Map<string, { names: string[]; trials: readonly FinishedTrial[] }>();
  for (const [name, parameter] of Object.entries(parameters)) {
    if (!isVaried(parameter)) continue;
    const trials = complete.filter(({ params }) => name in params);
    const key = trials.map(({ number }) => number).join();
    const group = groups.get(key) ?? { names: [], trials };
    group.names.push(name);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function sharesOf(scores: readonly number[]): readonly number[] {
  const total = scores.reduce((sum, score) => sum + score, 0);
  return scores.map((score) => (total > 0 ? score / total : 0));
}

const invalid = (message: string): SearchError => new SearchError("config-invalid", message);
