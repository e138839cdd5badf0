import { SearchError } from "../error.js";
import type { Sampler } from "../sampler.js";
import type { SearchEvent, SearchResult } from "../search/events.js";
import type { Journal } from "../search/journal.js";
import type { TrialContext } from "../search/objective.js";
import type { SearchOptions } from "../search/options.js";
import { search } from "../search/search.js";
import type { Params } from "../space/parameter.js";
import type { ParamsOf, Space } from "../space/space.js";
import type { Direction, FinishedTrial } from "../trial.js";

/** What a trial of a round is told. */
export type RoundContext = TrialContext & {
  /** How far it is to go: epochs, say, counted from its beginning. */
  readonly resource: number;
  /** How far the round before took it; 0 in the first. */
  readonly begun: number;
  /** Its number in the first round, under which what it needs to go on may be kept. */
  readonly origin: number;
};

export type RoundsOptions<S extends Space = Space> = Pick<
  SearchOptions<S>,
  "space" | "sampler" | "seed" | "window" | "workers" | "signal" | "isFatal" | "retries"
> & {
  /** Default "minimize". */
  readonly direction?: Direction;
  /** Trials of the first round. */
  readonly trials: number;
  /** How far the first round goes. Default 1. */
  readonly minResource?: number;
  /** How far the last round goes. */
  readonly maxResource: number;
  /** One in so many goes on, so many times as far. Default 2. */
  readonly reduction?: number;
  /** Takes parameters from `begun` to `resource`, and gives their value there. */
  readonly objective: (params: ParamsOf<S>, context: RoundContext) => number | Promise<number>;
  /** Where a round is kept, from 0. Default: in memory. */
  readonly journal?: (round: number) => Journal;
};

export type RoundsEvent =
  | {
      readonly type: "round-start";
      readonly round: number;
      readonly resource: number;
      readonly trials: number;
    }
  | (Exclude<SearchEvent, { type: "search-end" }> & { readonly round: number });

export type RoundsResult = {
  /** The best of the last round, by its number in the first one. */
  readonly best?: { readonly origin: number; readonly params: Params; readonly value: number };
  /** What each round found; its trials' numbers are places among those that went on. */
  readonly rounds: readonly (SearchResult & { readonly resource: number })[];
};

type Going = { readonly origin: number; readonly params: Params };

/**
 * Successive halving by rounds (Jamieson and Talwalkar, Non-stochastic Best Arm Identification and
 * Hyperparameter Optimization, AISTATS 2016, arXiv 1502.07943; the rounds are those of a bracket of Hyperband,
 * Li et al. 2018, arXiv 1603.06560): all trials go a little way, the best of them `reduction` times as far, and
 * so on to the end. Beside ASHA, which stops trials by those before
 * them, every trial is judged by all, and the first ones have no advantage; the objective has to keep what a
 * trial needs to go on. The same trials at any parallelism. Throws what `search` throws, and
 * `config-invalid`.
 */
export async function* halvingRounds<const S extends Space>(
  options: RoundsOptions<S>,
): AsyncGenerator<RoundsEvent, RoundsResult> {
  const { direction = "minimize", reduction = 2 } = options;
  const resources = resourcesOf(options);
  const rounds: (SearchResult & { resource: number })[] = [];
  let going: readonly Going[] = [];
  for (const [round, resource] of resources.entries()) {
    const begun = resources[round - 1] ?? 0;
    const trials = round === 0 ? options.trials : going.length;
    const one = { round, begun, resource, trials, members: going };
    const result = yield* told(searchOf(options, one), one);
    rounds.push({ ...result, resource });
    const ranked = rankedOf(result.trials, { direction, members: going });
    if (ranked.length === 0) return { rounds };
    going = ranked.slice(0, Math.max(1, Math.floor(ranked.length / reduction)));
  }
  const { origin, params } = going[0]!;
  return { best: { origin, params, value: rounds.at(-1)!.best!.values[0]! }, rounds };
}

type Round = {
  readonly round: number;
  readonly begun: number;
  readonly resource: number;
  readonly trials: number;
  /** Those that go on from the round before; none in the first. */
  readonly members: readonly Going[];
};

function searchOf<S extends Space>(
  { direction = "minimize", journal, objective, ...options }: RoundsOptions<S>,
  { round, begun, resource, trials, members }: Round,
) {
  const { minResource: _, maxResource: __, reduction: ___, sampler, ...searching } = options;
  return search<S>({
    ...searching,
    sampler: round === 0 ? sampler : listed(members),
    ...(journal ? { journal: journal(round) } : {}),
    directions: [direction],
    trials,
    objective: (params, context) => {
      const origin = members[context.number]?.origin ?? context.number;
      return objective(params, { ...context, resource, begun, origin });
    },
  });
}

async function* told(
  searching: AsyncGenerator<SearchEvent, SearchResult>,
  { round, resource, trials }: Round,
): AsyncGenerator<RoundsEvent, SearchResult> {
  yield { type: "round-start", round, resource, trials };
  for (;;) {
    const { done, value } = await searching.next();
    if (done) return value;
    if (value.type !== "search-end") yield { ...value, round };
  }
}

/** How far each round goes. */
function resourcesOf({
  minResource = 1,
  maxResource,
  reduction = 2,
}: Pick<RoundsOptions, "minResource" | "maxResource" | "reduction">): readonly number[] {
  checkAtLeast("minResource", minResource, 1);
  checkAtLeast("maxResource", maxResource, minResource);
  checkAtLeast("reduction", reduction, 2);
  const resources: number[] = [];
  for (let resource = minResource; resource < maxResource; resource *= reduction) {
    resources.push(resource);
  }
  return [...resources, maxResource];
}

/** The complete trials, best first, of equals the first. */
function rankedOf(
  trials: readonly FinishedTrial[],
  { direction, members }: { readonly direction: Direction; readonly members: readonly Going[] },
): readonly Going[] {
  const sign = direction === "minimize" ? 1 : -1;
  return trials
    .filter(({ state }) => state === "complete")
    .toSorted((a, b) => sign * (a.values[0]! - b.values[0]!) || a.number - b.number)
    .map(({ number, params }) => ({ origin: members[number]?.origin ?? number, params }));
}

/** Those that go on, in their order. */
const listed = (members: readonly Going[]): Sampler => ({
  name: "those that go on",
  suggest: ({ number }) => members[number]?.params,
});

function checkAtLeast(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new SearchError(
    "config-invalid",
    `${name} is ${value}. Give a whole number from ${least} up.`,
  );
}
