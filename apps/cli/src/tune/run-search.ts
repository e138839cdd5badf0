import { appendFile, rm } from "node:fs/promises";
import { GraftError } from "@graft-ml/core";
import { writeFileAtomic } from "@graft-ml/core/node";
import {
  type FinishedTrial,
  type Objective,
  type Params,
  type RoundsEvent,
  type SearchEvent,
  type SearchResult,
  search,
  spaceFromJson,
  trialsOfRounds,
  trialsToCsv,
} from "@graft-ml/hpo";
import type { QueueEvent } from "@graft-ml/hpo/bullmq";
import { fileJournal } from "@graft-ml/hpo/node";
import type { TrainCommandEvent } from "../commands/train.js";
import type { Prepared } from "../run/prepare.js";
import { cutUnfinishedLine, writing } from "../run/writing.js";
import { type Best, bestAmong, bestOf, goOn, isDiskFull, nothingFound } from "./best.js";
import { type CrewEvent, openCrew } from "./crew.js";
import { longest, prunerOf, samplerOf } from "./policies.js";
import { retrain } from "./retrain.js";
import { roundsOf } from "./rounds-policy.js";
import { roundsSoFar, searchRounds, type TrialAnew } from "./run-rounds.js";
import { writeSearchReport } from "./search-report.js";
import type { ReadTarget } from "./target.js";
import { trialOptions } from "./trial-options.js";
import { type TuneFolder, tunePaths } from "./tune-folder.js";
import { type SearchPlan, scoring, type TrialTask } from "./tuning.js";
import { heard, withHeard } from "./with-heard.js";

type TrialEvent = Exclude<SearchEvent, { type: "search-end" }> | RoundsEvent;
type Extracting = {
  readonly type: "extract-progress";
  readonly count: number;
  readonly total: number;
};

/** What is told between the search's own events. */
type Told = Extracting | QueueEvent | TrialAnew;

const told = ["extract-progress", "queue-lost", "queue-back", "workers-change", "trial-anew"];
const isTold = (event: { readonly type: string }): event is Told => told.includes(event.type);

export type SearchRunEvent =
  | CrewEvent
  | TrialEvent
  | Told
  | TrainCommandEvent
  | { readonly type: "retrain-start"; readonly number: number; readonly params: Params }
  | TuneEnd;

export type TuneEnd = {
  readonly type: "tune-end";
  readonly best: Params;
  readonly score: number;
  readonly metric: string;
  readonly number: number;
  readonly complete: number;
  readonly pruned: number;
  readonly failed: number;
  /** Why no more trials were made. */
  readonly reason: "trials" | "exhausted" | "time";
  readonly command: string;
  readonly run: string;
  /** The run of the best parameters; null where none was asked for. */
  readonly model: string | null;
  /** The page of the search. */
  readonly report: string;
};

type Input = TuneFolder & {
  readonly check: TrialTask["check"];
  readonly prepared: Prepared;
  readonly target?: ReadTarget | undefined;
  readonly signal: AbortSignal;
};

type SearchEndEvent = Extract<SearchEvent, { type: "search-end" }>;
/** What was found in the end. */
type Found = Pick<SearchEndEvent, "type" | "reason" | "trials" | "best">;
type Event = TrialEvent | Found;

/** Searches, or goes on, to the end of a search, and writes all of its folder. What stops it tells how to go on. */
export async function* runSearch(input: Input): AsyncGenerator<SearchRunEvent> {
  const { folder } = input;
  try {
    yield* toTheEnd(input);
  } catch (error) {
    if (input.signal.aborted) yield { type: "interrupted", run: folder };
    throw goOn(folder, error);
  }
}

async function* toTheEnd(input: Input): AsyncGenerator<SearchRunEvent> {
  const { folder, file, check, prepared, signal } = input;
  const { plan, effort } = file;
  const paths = tunePaths(folder);
  // A kill may have cut their last lines off, which others would come to stand behind.
  for (const path of [paths.events, paths.times]) await cutUnfinishedLine(path);
  const end = yield* searchAll(input);
  await rm(paths.features, { recursive: true, force: true });
  const { best: trial, trials, reason } = end;
  if (!trial) throw nothingFound(trials);
  const best = bestOf(plan, trial);
  const report = await writeSearchReport(input, end);
  if (effort.retrain) {
    yield { type: "retrain-start", number: best.number, params: best.params };
    const options = trialOptions(plan.fixed, best.params);
    const base = trialOptions(plan.fixed, {});
    const training = retrain({ folder: paths.run, options, base, check, prepared, signal });
    // Who was interrupted is the search.
    for await (const event of training) if (event.type !== "interrupted") yield event;
  }
  yield {
    ...{ type: "tune-end", best: best.params, score: best.score, metric: best.metric },
    ...{ number: best.number, ...countsOf(trials), reason, command: best.command, run: folder },
    model: effort.retrain ? paths.run : null,
    report,
  };
}

/** Makes the trials; after each, the table and the best so far are written. */
async function* searchAll(input: Input): AsyncGenerator<SearchRunEvent, Found> {
  const { folder, file, prepared, target, signal } = input;
  const { plan, effort } = file;
  const paths = tunePaths(folder);
  const hearing = heard<Told>();
  const crew = await openCrew({
    ...{ folder, effort, first: { prepared, target }, signal, tell: hearing.put },
    hear: (event) => event.type === "extract-progress" && hearing.put(event),
  });
  const rounds = roundsOf(spaceFromJson(plan.parameters), plan, effort);
  const found = rounds ? roundsSoFar(rounds.at(-1)!.resource) : trialsSoFar();
  try {
    yield crew.event;
    const { objective } = crew;
    const searching = rounds
      ? byRounds({ ...input, rounds, objective, tell: hearing.put })
      : byTrials(input, objective);
    for await (const event of withHeard<Event, Told>(searching, hearing)) {
      if (isTold(event)) {
        yield event;
        continue;
      }
      await keepEvent(paths.events, event);
      if (event.type === "search-end") {
        await keepResult(paths, plan, event);
        await crew.forget?.();
        return event;
      }
      yield event;
      found.see(event);
      if (event.type === "trial-end") await keepResult(paths, plan, resultOf(found.trials(), plan));
    }
  } finally {
    await crew.close();
  }
  throw new GraftError("aborted", "The search ended before its end.", { cause: signal.reason });
}

/** Halving by rounds, with all of their trials in the end. */
async function* byRounds(input: Parameters<typeof searchRounds>[0]): AsyncGenerator<Event> {
  const { best, rounds } = yield* searchRounds(input);
  const trials = trialsOfRounds(rounds, { maxResource: input.rounds.at(-1)!.resource });
  const first = best && trials.find(({ number }) => number === best.origin);
  yield { type: "search-end", reason: "trials", trials, ...(first ? { best: first } : {}) };
}

function byTrials({ folder, file, signal }: Input, objective: Objective): AsyncGenerator<Event> {
  const { plan, effort } = file;
  const space = spaceFromJson(plan.parameters);
  const pruner = prunerOf(plan, longest(space, plan.fixed));
  return search({
    ...{ space, objective, signal, seed: plan.seed, window: plan.window },
    sampler: samplerOf(plan),
    ...(pruner ? { pruner } : {}),
    directions: [scoring(plan).direction],
    isFatal: isDiskFull,
    trials: effort.trials ?? Number.MAX_SAFE_INTEGER,
    workers: effort.queue === undefined ? effort.workers : plan.window,
    ...(effort.time === undefined ? {} : { timeBudget: effort.time }),
    journal: fileJournal(tunePaths(folder).journal),
  });
}

/** With the moment, for whoever draws when a trial ran. */
function keepEvent(path: string, event: Event): Promise<void> {
  const line = event.type === "search-end" ? { type: event.type, reason: event.reason } : event;
  const text = `${JSON.stringify({ ...line, at: new Date().toISOString() })}\n`;
  return writing(path, () => appendFile(path, text));
}

async function keepResult(
  paths: ReturnType<typeof tunePaths>,
  plan: Input["file"]["plan"],
  { trials, best }: Pick<SearchResult, "trials" | "best">,
): Promise<void> {
  await writeFileAtomic(paths.table, trialsToCsv(trials));
  if (!best) return;
  const kept: Best = bestOf(plan, best);
  await writeFileAtomic(paths.best, `${JSON.stringify(kept, null, 2)}\n`);
}

/** Follows the trials that have ended. */
function trialsSoFar() {
  const ended = new Map<number, FinishedTrial>();
  return {
    see(event: TrialEvent): void {
      if (event.type === "trial-end") ended.set(event.trial.number, event.trial);
    },
    trials: (): readonly FinishedTrial[] => [...ended.values()],
  };
}

/** What trials amount to so far, in whatever order they ended. */
function resultOf(
  ended: readonly FinishedTrial[],
  plan: SearchPlan,
): Pick<SearchResult, "trials" | "best"> {
  const trials = ended.toSorted((a, b) => a.number - b.number);
  const best = bestAmong(trials, scoring(plan).direction);
  return best ? { trials, best } : { trials };
}

const countsOf = (trials: readonly FinishedTrial[]) => {
  const count = (state: FinishedTrial["state"]) =>
    trials.filter((trial) => trial.state === state).length;
  return { complete: count("complete"), pruned: count("pruned"), failed: count("failed") };
};
