import { SearchError } from "../error.js";
import type { Space } from "../space/space.js";
import type { FinishedTrial } from "../trial.js";
import { type Crew, crewOf } from "./crew.js";
import type { SearchEnd, SearchEvent, SearchResult } from "./events.js";
import type { KnownTrials, OpenJournal } from "./journal.js";
import { nextTrial } from "./next-trial.js";
import { headerOf, planOf, type SearchOptions, type SearchPlan } from "./options.js";
import { resultOf } from "./result.js";

/** How long the trials of other processes go unlooked at, in milliseconds. */
const GLANCE = 200;

/**
 * Searches a space for the parameters an objective is best at. The trials are the same ones (parameters, values,
 * prunings) at any number of workers and processes and in any order of finishing, as long as the objective is
 * a function of its parameters. Throws `config-invalid`, `search-mismatch`, `aborted`, and `trial-failed`
 * where a failure is to stop it.
 */
export async function* search<const S extends Space>(
  options: SearchOptions<S>,
): AsyncGenerator<SearchEvent, SearchResult> {
  const plan = planOf(options);
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  plan.signal?.addEventListener("abort", abort);
  if (plan.signal?.aborted) abort();
  const journal = await plan.journal.open(headerOf(plan));
  const crew = crewOf(plan, journal, stop.signal);
  try {
    const reason = yield* follow(plan, journal, crew);
    const { ended } = await journal.read();
    const result = resultOf(amongFirst(plan.trials, ended), plan.directions);
    yield { type: "search-end", reason, ...result };
    return result;
  } finally {
    plan.signal?.removeEventListener("abort", abort);
    stop.abort();
    await crew.idle();
    await journal.close();
  }
}

/** Gives out trials and tells what happens, until nothing more is to come. */
async function* follow(
  plan: SearchPlan,
  journal: OpenJournal,
  crew: Crew,
): AsyncGenerator<SearchEvent, SearchEnd> {
  const late = performance.now() + plan.budget;
  const round = { plan, crew, late, told: new Set<number>(), limit: plan.trials };
  let end: SearchEnd | undefined;
  while (end === undefined) {
    crew.check();
    // Taken before the journal is read: whoever has left by now is in what is read.
    const busy = crew.size();
    const known = await journal.read();
    const ended = amongFirst(round.limit, known.ended);
    yield* crew.heard();
    yield* endings(ended, round);
    end = await goOn(round, known, busy);
  }
  return end;
}

type Round = {
  readonly plan: SearchPlan;
  readonly crew: Crew;
  /** When no trial is started any more, in milliseconds of the process. */
  readonly late: number;
  readonly told: Set<number>;
  /** As many trials as there will be. */
  limit: number;
};

/** Starts a trial, or waits until something happens; or tells that nothing will. */
async function goOn(
  round: Round,
  known: KnownTrials,
  busy: number,
): Promise<SearchEnd | undefined> {
  const { plan, crew, late } = round;
  const isLate = performance.now() >= late;
  if (round.told.size >= round.limit) return round.limit < plan.trials ? "exhausted" : "trials";
  if (isLate && busy === 0) return "time";
  const isFull = isLate || busy >= plan.workers;
  const next = isFull ? "wait" : nextTrial(plan, known, round.limit);
  if (next === "wait") await crew.pause(busy, isLate ? undefined : waitFor(known, late));
  else if ("exhausted" in next) round.limit = next.exhausted;
  else await crew.start(next);
  return undefined;
}

/** Tells each end once. */
function* endings(
  ended: readonly FinishedTrial[],
  { plan, crew, told }: Round,
): Generator<SearchEvent> {
  for (const trial of ended) {
    if (told.has(trial.number)) continue;
    told.add(trial.number);
    const from = crew.ran.has(trial.number) ? "here" : "journal";
    yield { type: "trial-end", trial, from };
    if (trial.state !== "failed" || from === "journal" || plan.onFailure === "record") continue;
    throw new SearchError(
      "trial-failed",
      `Trial ${trial.number} with ${JSON.stringify(trial.params)} failed: ${trial.reason}. Mend its objective, or record failures.`,
      { details: { trial }, cause: crew.ran.get(trial.number) },
    );
  }
}

/** What others do, and that time is up, is told by nobody: it has to be looked for. */
function waitFor({ held }: KnownTrials, late: number): number | undefined {
  if ([...held.values()].some(({ holder }) => holder !== "ours")) return GLANCE;
  const left = late - performance.now();
  return left < 2 ** 31 ? Math.max(left, 0) : undefined;
}

/** A journal may hold more trials than are asked for. */
const amongFirst = (
  count: number,
  ended: ReadonlyMap<number, FinishedTrial>,
): readonly FinishedTrial[] => [...ended.values()].filter(({ number }) => number < count);
