import type { Sampler } from "../sampler.js";
import type { SearchEvent, SearchResult } from "../search/events.js";
import type { Journal } from "../search/journal.js";
import type { TrialContext } from "../search/objective.js";
import type { SearchOptions } from "../search/options.js";
import { resultOf } from "../search/result.js";
import { search } from "../search/search.js";
import type { Params } from "../space/parameter.js";
import type { ParamsOf, Space } from "../space/space.js";
import type { Direction, FinishedTrial } from "../trial.js";
import type { RoundPlace } from "./place.js";
import { goingOn, type RoundsPace, resourcesOf } from "./plan-rounds.js";

/** What a trial of a round is told. */
export type RoundContext = TrialContext & RoundPlace;

export type RoundsOptions<S extends Space = Space> = RoundsPace &
  Pick<
    SearchOptions<S>,
    "space" | "sampler" | "seed" | "window" | "workers" | "signal" | "isFatal" | "retries"
  > & {
    /** Default "minimize". */
    readonly direction?: Direction;
    /** Trials of the first round. */
    readonly trials: number;
    /** Takes parameters from `begun` to `resource`, and gives their value there. */
    readonly objective: (params: ParamsOf<S>, context: RoundContext) => number | Promise<number>;
    /** Where a round is kept, from 0. Default: in memory. */
    readonly journal?: (round: number) => Journal;
  };

/** What happens in a search by rounds; trials have their numbers in the first round. Plain JSON. */
export type RoundsEvent =
  | {
      readonly type: "round-start";
      readonly round: number;
      readonly resource: number;
      readonly trials: number;
      /** The numbers of those that go on, the best first; none in the first round. */
      readonly origins: readonly number[];
    }
  | (Exclude<SearchEvent, { type: "search-end" }> & { readonly round: number });

/** What a round found; its trials have their numbers in the first round, and the reports of this one. */
export type FoundRound = SearchResult & {
  readonly resource: number;
  /** The numbers of those that went on to it, the best first; none in the first round. */
  readonly origins: readonly number[];
};

export type RoundsResult = {
  /** The best of the last round, of equals the first, by its number in the first one. */
  readonly best?: { readonly origin: number; readonly params: Params; readonly value: number };
  readonly rounds: readonly FoundRound[];
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
  const { direction = "minimize", reduction } = options;
  const resources = resourcesOf(options);
  const rounds: FoundRound[] = [];
  let going: readonly Going[] = [];
  for (const [round, resource] of resources.entries()) {
    const begun = resources[round - 1] ?? 0;
    const trials = round === 0 ? options.trials : going.length;
    const one = { round, begun, resource, trials, members: going };
    const result = yield* told(searchOf(options, one), one);
    const origins = going.map(({ origin }) => origin);
    const named = result.trials.map((trial) => numbered(trial, going));
    rounds.push({ ...resultOf(named, [direction]), resource, origins });
    const ranked = rankedOf(result.trials, { direction, members: going });
    if (ranked.length === 0) return { rounds };
    going = ranked.slice(0, goingOn(ranked.length, reduction));
  }
  const { number, params, values } = rounds.at(-1)!.best!;
  return { best: { origin: number, params, value: values[0]! }, rounds };
}

type Round = {
  readonly round: number;
  readonly begun: number;
  readonly resource: number;
  readonly trials: number;
  /** Those that go on from the round before; none in the first. */
  readonly members: readonly Going[];
};

/** The number in the first round of whoever has this place in a later one. */
const originOf = (members: readonly Going[], place: number): number =>
  members[place]?.origin ?? place;

const numbered = <T extends { readonly number: number }>(one: T, members: readonly Going[]): T => ({
  ...one,
  number: originOf(members, one.number),
});

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
      const origin = originOf(members, context.number);
      return objective(params, { ...context, resource, begun, origin });
    },
  });
}

async function* told(
  searching: AsyncGenerator<SearchEvent, SearchResult>,
  { round, resource, trials, members }: Round,
): AsyncGenerator<RoundsEvent, SearchResult> {
  const origins = members.map(({ origin }) => origin);
  try {
    yield { type: "round-start", round, resource, trials, origins };
    for (;;) {
      const { done, value } = await searching.next();
      if (done) return value;
      if (value.type === "search-end") continue;
      if (value.type !== "trial-end") yield { ...numbered(value, members), round };
      else yield { ...value, trial: numbered(value.trial, members), round };
    }
  } finally {
    // Whoever reads no further ends the search.
    await searching.return(undefined as never);
  }
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
    .map(({ number, params }) => ({ origin: originOf(members, number), params }));
}

/** Those that go on, in their order; a journal of others is refused by the name. */
const listed = (members: readonly Going[]): Sampler => ({
  name: `those that go on: ${members.map(({ origin }) => origin).join(", ")}`,
  suggest: ({ number }) => members[number]?.params,
});
