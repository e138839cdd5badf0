import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { GraftError } from "@graft-ml/core";
import type { CommonOptions, Context, Launch } from "../command.js";
import { positiveNumber, wholeNumber } from "../numbers.js";
import { nextRunFolder } from "../run/run-folder.js";
import type { GivenOptions } from "../run/train-options.js";
import type { TaskChoice } from "../task/choose-task.js";
import { refuse } from "../task/refuse.js";
import { tuneView } from "../terminal/tune-view.js";
import { beginSearch, type SearchEvent } from "../tune/begin-search.js";
import { givenFixed } from "../tune/given-fixed.js";
import { prunerNames } from "../tune/policies.js";
import { queueAddress } from "../tune/queue-place.js";
import { readSpace, type SpaceFlags } from "../tune/read-space.js";
import { type SearchPlan, samplers } from "../tune/tuning.js";
import { trainFlags } from "./train-flags.js";

type TuneFlags = SpaceFlags & {
  readonly sampler?: (typeof samplers)[number] | undefined;
  readonly pruner?: string | undefined;
  readonly target?: string | undefined;
  readonly minEpochs?: number | undefined;
  readonly trials?: number | undefined;
  readonly time?: number | undefined;
  readonly workers: number;
  readonly threads?: number | undefined;
  readonly memory?: number | undefined;
  readonly queue?: string | undefined;
  readonly window: number;
  readonly retrain: boolean;
};

type Flags = Omit<CommonOptions, "strict"> &
  GivenOptions &
  TuneFlags & {
    out?: string | undefined;
    config?: string | undefined;
    dryRun?: true | undefined;
  };

export type TuneCommandEvent = TaskChoice | SearchEvent;

/** Trials where nobody said how many, but of a grid, which is tried whole. */
const TRIALS = 20;

/** Searches for the training options that score best on the validation samples. */
async function* tune(flags: Flags, context: Context): AsyncGenerator<TuneCommandEvent> {
  const { json: _, quiet: __, debug: ___, out, config, dryRun, ...rest } = flags;
  const {
    param,
    grid,
    space: file,
    sampler: named,
    pruner,
    target,
    minEpochs = 1,
    ...others
  } = rest;
  const { trials, time, workers, threads, memory, queue, window, retrain, ...given } = others;
  refuse([[dryRun === true, "--dry-run"]], "is for graft train");
  const fixed = yield* givenFixed(given, config);
  const isGrid = grid !== undefined && param === undefined && file === undefined;
  const sampler = named ?? (isGrid ? "grid" : "tpe");
  const plan: Omit<SearchPlan, "parameters"> = {
    ...{ fixed, sampler, minEpochs, seed: fixed.seed, window },
    pruner: pruner ?? (sampler === "grid" ? "none" : "median"),
    target: located(target),
  };
  checkWorkers(workers, window);
  checkQueue(queue, { workers, threads, memory });
  const effort = {
    trials: trials ?? (sampler === "grid" ? null : TRIALS),
    ...(time === undefined ? {} : { time }),
    ...{ workers, retrain, threads: threads ?? threadsEach(workers) },
    ...(memory === undefined ? {} : { memory }),
    ...(queue === undefined ? {} : { queue }),
  };
  const space = await readSpace({ param, grid, space: file });
  yield* beginSearch({ folder: out ?? nextRunFolder(fixed.data), space, plan, effort }, context);
}

/** The same wherever the search goes on. */
const located = (path: string | undefined): string | null =>
  path === undefined ? null : resolve(path);

const threadsEach = (workers: number): number =>
  Math.max(1, Math.floor(availableParallelism() / workers));

function checkWorkers(workers: number, window: number): void {
  if (workers <= window) return;
  throw new GraftError(
    "usage",
    `--workers ${workers} is more than --window ${window}: a trial knows those ended ${window} before it, so that as many at most are under way at once. Give --window ${workers}, which makes other trials, or fewer workers.`,
  );
}

type Own = Pick<TuneFlags, "workers" | "threads" | "memory">;

/** Throws `usage` for an address that is none, and for what is the workers' own to say. */
function checkQueue(queue: string | undefined, { workers, threads, memory }: Own): void {
  if (queue === undefined) return;
  refuse(
    [
      [workers > 1, "--workers"],
      [threads !== undefined, "--threads"],
      [memory !== undefined, "--memory"],
    ],
    "is for graft worker, where --queue has the trials trained",
  );
  queueAddress(queue);
}

/** "90", "90s", "10min", "1h30min" as seconds. */
function timeSpan(text: string): number {
  const found = /^(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m(?:in)?)?(?:(\d+(?:\.\d+)?)s?)?$/.exec(
    text,
  );
  const [, hours = 0, minutes = 0, seconds = 0] = found ?? [];
  const all = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  if (found && all > 0) return all;
  throw new InvalidArgumentError("It must be a time such as 90s, 10min or 1h30min.");
}

const several = (text: string, before: string[] | undefined): string[] => [...(before ?? []), text];

const about = {
  summary:
    "Search for the options of a training that score best on validation samples, and train the best once more.",
  examples: [
    "graft tune pictures                                   # rate, decay and the like, 20 trials",
    "graft tune pictures --grid lr=1e-3,3e-4,1e-4 --grid layer-decay=0.5,1",
    "graft tune pictures --param lr=1e-5..1e-2:log --param strategy=probe,finetune --trials 30",
    "graft tune pictures --param learners=all,adapters --param rank=4..16@learners=adapters",
    "graft tune reviews.csv --param lr=1e-5..1e-3:log --param epochs=2..6 --pruner asha --workers 2",
    "graft tune pictures --grid lr=1e-3,3e-4,1e-4 --grid layer-decay=0.5,1 --pruner rounds --min-epochs 3",
    "graft tune pictures --sampler gp --time 1h30min --out search",
    "graft tune photos --target cartoons                    # scored on pictures that nobody labelled",
    "graft resume search",
  ],
};

const unused = ["--dry-run", "--folds", "--reject"];

const tuneFlags = () =>
  trainFlags("tune", about)
    .optionsGroup("The search:")
    .option(
      "--param <name=values>",
      "an option of the training to search, by its flag's name: a range (lr=1e-5..1e-2:log, epochs=5..20, ema=0.9..0.99), a list (strategy=probe,finetune), where another has a value (rank=4..16@learners=adapters); again for each",
      several,
    )
    .option(
      "--grid <name=values>",
      "the same; with these alone every combination is tried",
      several,
    )
    .option("--space <file>", "JSON with parameters as @graft-ml/hpo has them")
    .addOption(
      new Option(
        "--sampler <name>",
        "what proposes trials (default: tpe; grid where --grid alone names parameters)",
      ).choices(samplers),
    )
    .option(
      "--pruner <name[:n]>",
      `what stops a trial early by its score after each epoch: ${prunerNames.join(", ")} (default: median, of a grid none); rounds takes the better half of all trials twice as far, round by round`,
    )
    .option(
      "--target <path>",
      "samples of another domain to score by, without their answers: by how sure a trial is of them while it doesn't say the same of all",
    )
    .option(
      "--min-epochs <n>",
      "that no trial is stopped before; of rounds, how far the first one goes (default: 1)",
      wholeNumber(1),
    )
    .option("--trials <n>", `at most (default: ${TRIALS}, of a grid all)`, wholeNumber(1))
    .option("--time <span>", "after which no trial begins, such as 90s, 10min, 1h30min", timeSpan)
    .option("--no-retrain", "leave out the training of the best to a run folder at the end")
    .optionsGroup("Who searches:")
    .option(
      "--workers <n>",
      "processes, each with a trial at a time; the trials are the same",
      wholeNumber(1),
      1,
    )
    .option(
      "--threads <n>",
      "each trial computes with (default: those there are, shared out)",
      wholeNumber(1),
    )
    .option("--memory <mib>", "a trial that holds more has failed", positiveNumber)
    .option(
      "--queue <url>",
      "Redis whose workers train (graft worker --queue), on any machine, as many trials at once as --window; such as redis://localhost:6379",
    )
    .option(
      "--window <n>",
      "trials that may be under way at once; a trial learns from those before. Another one makes other trials",
      wholeNumber(1),
      4,
    );

export const tuneCommand = (launch: Launch) => {
  const flags = tuneFlags();
  for (const option of flags.options) if (unused.includes(option.long ?? "")) option.hideHelp();
  return flags.action((data, options) =>
    launch(options, (context) => tune({ ...options, data }, context), tuneView()),
  );
};
