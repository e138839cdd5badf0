import { SearchError } from "../error.js";
import type { Pruner } from "../pruner.js";
import type { Sampler } from "../sampler.js";
import type { ParamsOf, Space } from "../space/space.js";
import type { Direction } from "../trial.js";
import { type Journal, memoryJournal, type SearchHeader } from "./journal.js";
import type { Objective } from "./objective.js";

/** What is searched, how, and for how long. */
export type SearchOptions<S extends Space = Space> = {
  readonly space: S;
  readonly sampler: Sampler;
  /** Judges the reports, by the first direction. Default: none stops. */
  readonly pruner?: Pruner;
  readonly objective: Objective<ParamsOf<S>>;
  /** One an objective. Default ["minimize"]. */
  readonly directions?: readonly Direction[];
  /** Ended ones, those in the journal with them. */
  readonly trials: number;
  readonly seed: number;
  /**
   * How many trials may be under way at once: trial n starts when 0 to n - window have ended, and knows those
   * alone, so that any number of workers makes the same trials. Smaller learns sooner. Default 16.
   */
  readonly window?: number;
  /** Trials at once in this process, at most `window`. Default 1. */
  readonly workers?: number;
  readonly signal?: AbortSignal;
  /** Seconds after which no trial is started; those under way end. Default none. */
  readonly timeBudget?: number;
  /** Default: in memory. */
  readonly journal?: Journal;
  /** A failed trial is recorded, and the search goes on or throws `trial-failed`. Default "record". */
  readonly onFailure?: "record" | "stop";
  /**
   * What an objective throws that says nothing about its parameters, such as a full disk: the search ends with
   * it, and the trial is made again when the search goes on. Of a worker process's error the code is
   * `details.code`. Default: nothing is.
   */
  readonly isFatal?: (error: unknown) => boolean;
  /** How often a trial is given out again whose worker was lost, before it has failed. Default 2. */
  readonly retries?: number;
};

/** Options with their defaults. */
export type SearchPlan = {
  readonly space: Space;
  readonly sampler: Sampler;
  readonly pruner: Pruner | undefined;
  readonly objective: Objective;
  readonly directions: readonly Direction[];
  readonly trials: number;
  readonly seed: number;
  readonly window: number;
  readonly workers: number;
  readonly signal: AbortSignal | undefined;
  /** Milliseconds. */
  readonly budget: number;
  readonly journal: Journal;
  readonly onFailure: "record" | "stop";
  readonly isFatal: (error: unknown) => boolean;
  readonly retries: number;
};

/** Fills in the defaults. Throws `config-invalid`, naming the option. */
export function planOf<S extends Space>(options: SearchOptions<S>): SearchPlan {
  const plan: SearchPlan = {
    space: options.space,
    sampler: options.sampler,
    pruner: options.pruner,
    objective: options.objective as Objective,
    directions: options.directions ?? ["minimize"],
    trials: options.trials,
    seed: options.seed,
    window: options.window ?? 16,
    workers: options.workers ?? 1,
    signal: options.signal,
    budget: (options.timeBudget ?? Number.POSITIVE_INFINITY) * 1000,
    journal: options.journal ?? memoryJournal(),
    onFailure: options.onFailure ?? "record",
    isFatal: options.isFatal ?? (() => false),
    retries: options.retries ?? 2,
  };
  checkWhole("trials", plan.trials, { min: 0 });
  checkWhole("seed", plan.seed, { min: Number.MIN_SAFE_INTEGER });
  checkWhole("window", plan.window, { min: 1 });
  checkWhole("workers", plan.workers, { min: 1 });
  checkWhole("retries", plan.retries, { min: 0 });
  if (!(plan.budget > 0))
    throw invalid(`timeBudget is ${options.timeBudget}. Give seconds above 0.`);
  if (plan.workers > plan.window) {
    throw invalid(
      `workers is ${plan.workers}, more than window ${plan.window}, so that some would never work. Give fewer, or a larger window.`,
    );
  }
  const strange = plan.directions.find((each) => each !== "minimize" && each !== "maximize");
  if (strange !== undefined || plan.directions.length === 0) {
    throw invalid(
      `directions is ${JSON.stringify(plan.directions)}. Give "minimize" or "maximize" for each objective.`,
    );
  }
  return plan;
}

/** What a journal keeps of a plan. */
export const headerOf = (plan: SearchPlan): SearchHeader => ({
  version: 1,
  parameters: plan.space.parameters,
  constraints: plan.space.constraints.length,
  seed: plan.seed,
  sampler: plan.sampler.name,
  pruner: plan.pruner?.name ?? null,
  directions: plan.directions,
  window: plan.window,
});

function checkWhole(name: string, value: number, { min }: { readonly min: number }): void {
  if (Number.isSafeInteger(value) && value >= min) return;
  throw invalid(`${name} is ${value}. Give a whole number${min < 0 ? "" : ` from ${min} up`}.`);
}

const invalid = (message: string): SearchError => new SearchError("config-invalid", message);
