import { appendFile, rm } from "node:fs/promises";
import { GraftError } from "@graft-ml/core";
import { writeFileAtomic } from "@graft-ml/core/node";
import {
  type FinishedTrial,
  type Params,
  type SearchEvent,
  type SearchResult,
  search,
  spaceFromJson,
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
import { writeSearchReport } from "./search-report.js";
import type { ReadTarget } from "./target.js";
import { trialOptions } from "./trial-options.js";
import { type TuneFolder, tunePaths } from "./tune-folder.js";
import { type SearchPlan, scoring, type TrialTask } from "./tuning.js";
import { heard, withHeard } from "./with-heard.js";

type TrialEvent = Exclude<SearchEvent, { type: "search-end" }>;
type Extracting = {
  readonly type: "extract-progress";
  readonly count: number;
  readonly total: number;
};

/** What is told between the search's own events. */
type Told = Extracting | QueueEvent;

const isTold = (event: SearchEvent | Told): event is Told =>
  ["extract-progress", "queue-lost", "queue-back", "workers-change"].includes(event.type);

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
async function* searchAll(input: Input): AsyncGenerator<SearchRunEvent, SearchEndEvent> {
  const { folder, file, prepared, target, signal } = input;
  const { plan, effort } = file;
  const paths = tunePaths(folder);
  const told = heard<Told>();
  const crew = await openCrew({
    ...{ folder, effort, first: { prepared, target }, signal, tell: told.put },
    hear: (event) => event.type === "extract-progress" && told.put(event),
  });
  const ended = new Map<number, FinishedTrial>();
  try {
    yield crew.event;
    const events = withHeard<SearchEvent, Told>(searching(input, crew.objective), told);
    for await (const event of events) {
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
      if (event.type !== "trial-end") continue;
      ended.set(event.trial.number, event.trial);
      await keepResult(paths, plan, resultOf([...ended.values()], plan));
    }
  } finally {
    await crew.close();
  }
  throw new GraftError("aborted", "The search ended before its end.", { cause: signal.reason });
}

function searching(
  { folder, file, signal }: Input,
  objective: Parameters<typeof search>[0]["objective"],
) {
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
function keepEvent(path: string, event: SearchEvent): Promise<void> {
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
