import type { Engine } from "@graft-ml/core";
import type { CommonOptions, Context, Launch } from "../command.js";
import type { ReadEvent } from "../modality/modality.js";
import { type FewPictures, fewPictures } from "../run/few-shot.js";
import { givenOptions } from "../run/given-options.js";
import { type Prepared, prepare } from "../run/prepare.js";
import { checkRejection } from "../run/rejection.js";
import { runConfig } from "../run/run-config.js";
import { createRun, nextRunFolder, type RunConfig, requireEmpty } from "../run/run-folder.js";
import { type RunEvent, runTraining } from "../run/run-training.js";
import type { GivenOptions, TrainOptions } from "../run/train-options.js";
import { planOf, type TrainingPlan } from "../run/training-plan.js";
import type { WarmEvent } from "../run/warm-start.js";
import type { OpenEvent } from "../source/model-source.js";
import type { TaskChoice } from "../task/choose-task.js";
import { trainView } from "../terminal/train-view.js";
import { withEngine } from "../with-engine.js";
import { trainFlags } from "./train-flags.js";

type Flags = Omit<CommonOptions, "strict"> &
  GivenOptions & {
    out?: string | undefined;
    config?: string | undefined;
    dryRun?: true | undefined;
  };

export type TrainCommandEvent =
  | OpenEvent
  | ReadEvent
  | TaskChoice
  | WarmEvent
  | RunEvent
  | FewPictures
  | PlanEvent
  | ({ readonly type: "run-start"; readonly run: string } & Pick<RunConfig, "classes" | "samples">);

/** What `--dry-run` tells instead of training. */
type PlanEvent = { readonly type: "plan" } & TrainingPlan;

/** Trains on pictures or texts and writes a run folder. */
export async function* train(flags: Flags, { signal }: Context): AsyncGenerator<TrainCommandEvent> {
  const { out, config: file, dryRun, json: _, quiet: __, debug: ___, ...given } = flags;
  const options = yield* givenOptions(given, file);
  const folder = out ?? nextRunFolder(options.data);
  await requireEmpty(folder);
  const prepared = yield* prepare(options, signal);
  checkRejection(options, prepared.dataset);
  if (dryRun) {
    yield* withEngine(options.device, (engine) => tellPlan(options, prepared, engine));
    return;
  }
  const run = await createRun(folder, runConfig(options, prepared));
  const { classes, samples } = run.config;
  yield { type: "run-start", run: run.folder, classes, samples };
  yield* fewPictures(options, prepared.dataset);
  yield* runTraining({ run, prepared, signal });
}

async function* tellPlan(
  options: TrainOptions,
  prepared: Prepared,
  engine: Engine,
): AsyncGenerator<PlanEvent> {
  yield { type: "plan", ...planOf(options, prepared, engine) };
}

export const trainCommand = (launch: Launch) =>
  trainFlags().action((data, options) =>
    launch(options, (context) => train({ ...options, data }, context), trainView),
  );
