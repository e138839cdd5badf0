import { SearchError } from "../error.js";
import { paretoFront } from "../search/pareto-front.js";
import type { Conditional } from "../space/space.js";
import { levelsOf } from "../space/unit.js";
import type { Direction, FinishedTrial } from "../trial.js";
import type { SearchedSpace, TrialTime } from "./input.js";

/** What a search is for. */
export type Objective = { readonly name: string; readonly direction: Direction };

/** A parameter and what it is called. */
export type Named = { readonly name: string; readonly parameter: Conditional };

/** A search as the sections look at it. */
export type Seen = {
  /** By number. */
  readonly trials: readonly FinishedTrial[];
  readonly complete: readonly FinishedTrial[];
  readonly pruned: readonly FinishedTrial[];
  readonly failed: readonly FinishedTrial[];
  /** Complete ones from the best to the worst by the first objective. */
  readonly ranked: readonly FinishedTrial[];
  /** The complete ones that no other is better than in every respect; of one objective, the best. */
  readonly front: readonly FinishedTrial[];
  readonly objectives: readonly Objective[];
  readonly parameters: readonly Named[];
  /** Those that have more than one value. */
  readonly varied: readonly Named[];
  /** The stretches of each trial. */
  readonly times: ReadonlyMap<number, readonly TrialTime[]>;
  readonly options: SearchedSpace;
};

/** Sorts out what a page is made of. Throws `config-invalid` where names and directions don't go together. */
export function look(options: SearchedSpace): Seen {
  const { directions = ["minimize"], objectiveNames, times = [] } = options;
  if (objectiveNames && objectiveNames.length !== directions.length) {
    throw new SearchError(
      "config-invalid",
      `There are ${objectiveNames.length} objectiveNames for ${directions.length} directions. Give one for each.`,
    );
  }
  const trials = options.trials.toSorted((a, b) => a.number - b.number);
  const complete = trials.filter((trial) => isWhole(trial, directions.length));
  const parameters = Object.entries(options.space.parameters).map(([name, parameter]) => ({
    name,
    parameter,
  }));
  const sign = directions[0] === "maximize" ? -1 : 1;
  const front = paretoFront(complete, directions);
  return {
    trials,
    complete,
    pruned: trials.filter(({ state }) => state === "pruned"),
    failed: trials.filter(
      (trial) => trial.state !== "pruned" && !isWhole(trial, directions.length),
    ),
    ranked: complete.toSorted(
      (a, b) => sign * (a.values[0]! - b.values[0]!) || a.number - b.number,
    ),
    front: directions.length === 1 ? front.slice(0, 1) : front,
    objectives: directions.map((direction, at) => ({
      direction,
      name: objectiveNames?.[at] ?? (directions.length === 1 ? "value" : `value ${at + 1}`),
    })),
    parameters,
    varied: parameters.filter(({ parameter }) => levelsOf(parameter) > 1),
    times: byTrial(times),
    options,
  };
}

function byTrial(times: readonly TrialTime[]): Seen["times"] {
  const found = new Map<number, TrialTime[]>();
  for (const time of times) found.set(time.number, [...(found.get(time.number) ?? []), time]);
  return found;
}

/** A trial with a finite number for each objective; what a table from elsewhere calls complete may lack some. */
const isWhole = ({ state, values }: FinishedTrial, count: number): boolean =>
  state === "complete" && values.length === count && values.every(Number.isFinite);
