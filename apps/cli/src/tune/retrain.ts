import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { TrainCommandEvent } from "../commands/train.js";
import { latestRunCheckpoint } from "../run/checkpoints.js";
import { type Prepared, prepare } from "../run/prepare.js";
import { runConfig } from "../run/run-config.js";
import { createRun, openRun, type Run, runPaths } from "../run/run-folder.js";
import { runTraining } from "../run/run-training.js";
import type { TrainOptions } from "../run/train-options.js";
import { keyOf } from "./open-trials.js";
import type { TrialTask } from "./tuning.js";

type Input = {
  /** Where the run is made; one of other options, which an earlier best had, makes room. */
  readonly folder: string;
  readonly options: TrainOptions;
  /** As `graft train` would split. */
  readonly check: TrialTask["check"];
  /** With the options of `base`. */
  readonly prepared: Prepared;
  readonly base: TrainOptions;
  readonly signal: AbortSignal;
};

/** Trains the best once more, to a run folder like any other; goes on with one that was stopped. */
export async function* retrain(input: Input): AsyncGenerator<TrainCommandEvent> {
  const { folder, options, base, check, signal } = input;
  const prepared =
    keyOf(options) === keyOf(base) ? input.prepared : yield* prepare(options, signal, check);
  const config = runConfig(options, prepared);
  const run = await sameRun(folder, config);
  if (run && existsSync(join(runPaths(folder).model, "config.json"))) return;
  const begun = run ?? (await createRun(folder, config));
  const { classes, samples } = begun.config;
  yield { type: "run-start", run: begun.folder, classes, samples };
  const { found } = await latestRunCheckpoint(runPaths(begun.folder).checkpoints);
  yield* runTraining({ run: begun, prepared, found, signal });
}

async function sameRun(folder: string, config: Run["config"]): Promise<Run | undefined> {
  if (!existsSync(folder)) return undefined;
  const run = existsSync(runPaths(folder).config) ? await openRun(folder) : undefined;
  const told = (one: Run["config"]) => JSON.stringify(Object.entries(one.options).toSorted());
  if (run && told(run.config) === told(config)) return run;
  await rm(folder, { recursive: true });
  return undefined;
}
