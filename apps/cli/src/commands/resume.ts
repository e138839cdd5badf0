import { existsSync } from "node:fs";
import { join } from "node:path";
import { GraftError } from "@graft-ml/core";
import { type CommonOptions, type Context, command, type Launch } from "../command.js";
import type { ReadEvent } from "../modality/modality.js";
import { writeReport } from "../report/write-report.js";
import { latestRunCheckpoint } from "../run/checkpoints.js";
import { readDataCheck } from "../run/data-check.js";
import { explainWorst } from "../run/explain-worst.js";
import { datasetFingerprint, weightsFingerprint } from "../run/fingerprint.js";
import { readFoldScores } from "../run/fold-scores.js";
import { readPredictions, savePredictions, scoreOf } from "../run/predictions.js";
import { type Prepared, prepare } from "../run/prepare.js";
import { clearAway, isOfBrowser, openRun, type Run, runPaths } from "../run/run-folder.js";
import { type RunEvent, runTraining } from "../run/run-training.js";
import { scoreTrained } from "../run/score.js";
import type { WarmEvent } from "../run/warm-start.js";
import { type OpenEvent, openModel } from "../source/model-source.js";
import type { View } from "../terminal/render.js";
import { trainView } from "../terminal/train-view.js";
import { tuneView } from "../terminal/tune-view.js";
import { goOnSearch, type SearchEvent } from "../tune/begin-search.js";
import { openTuneFolder, tunePaths } from "../tune/tune-folder.js";
import { withEngine } from "../with-engine.js";

export type ResumeEvent =
  | OpenEvent
  | ReadEvent
  | WarmEvent
  | RunEvent
  | { readonly type: "checkpoint-skipped"; readonly path: string; readonly reason: string }
  | {
      readonly type: "run-resumed";
      readonly run: string;
      readonly phase: string;
      readonly step: number;
    };

/**
 * Goes on with a run from its last whole checkpoint, to the same bytes as if it had never stopped.
 * A run that is finished is only scored and reported again.
 */
export async function* resume(folder: string, { signal }: Context): AsyncGenerator<ResumeEvent> {
  const run = await openRun(folder);
  requireOurs(run);
  const kept = await readDataCheck(runPaths(run.folder).data);
  const prepared = yield* prepare(run.config.options, signal, kept);
  requireSame(run, prepared);
  if (existsSync(join(runPaths(run.folder).model, "config.json"))) {
    yield* run.config.options.folds === null
      ? scoreFinished(run, prepared, signal)
      : reportFolds(run);
    return;
  }
  const { found, skipped } = await latestRunCheckpoint(runPaths(run.folder).checkpoints);
  for (const one of skipped) yield { type: "checkpoint-skipped", ...one };
  const before = run.config.options.folds === null ? "start" : "folds";
  const { phase = before, step = 0 } = found?.checkpoint ?? {};
  yield { type: "run-resumed", run: run.folder, phase, step };
  yield* runTraining({ run, prepared, found, signal });
}

/** Throws `run-invalid` for a run of the page. */
function requireOurs({ folder, config }: Run): void {
  if (!isOfBrowser(config)) return;
  throw new GraftError(
    "run-invalid",
    `The run ${folder} was made in a browser: it is finished, and its samples are in no folder that it knows. Train on from it with: graft train DATA --warm-start ${folder}`,
    { details: { folder } },
  );
}

/** The final model has learned from every picture: what the folds said stands. */
async function* reportFolds(run: Run): AsyncGenerator<ResumeEvent> {
  await clearAway(run);
  const paths = runPaths(run.folder);
  const scored = await readPredictions(paths.predictions);
  const folds = await readFoldScores(paths.foldScores);
  if (!scored || !folds) {
    throw new GraftError(
      "run-invalid",
      `The run ${run.folder} has lost predictions.jsonl or folds.json. Put them back, or begin a new run with: graft train`,
      { details: { folder: run.folder } },
    );
  }
  yield* writeReport(run);
  yield { type: "train-end", ...scoreOf(scored, run.config.classes), folds, run: run.folder };
}

async function* scoreFinished(
  run: Run,
  prepared: Prepared,
  signal: AbortSignal,
): AsyncGenerator<ResumeEvent> {
  await clearAway(run);
  const trained = yield* openModel(run.folder, signal);
  const { task } = run.config.options;
  yield* withEngine(run.config.options.device, async function* (engine): AsyncGenerator<RunEvent> {
    const scored = yield* scoreTrained(engine, trained, { ...prepared, task }, signal);
    const { folder, config } = run;
    const { predictions, explanations: path } = runPaths(folder);
    await savePredictions(predictions, scored);
    yield* explainWorst(engine, trained, { ...prepared, scored, path, signal });
    yield* writeReport(run);
    yield { type: "train-end", ...scoreOf(scored, config.classes), run: folder };
  });
}

/** Other data or another backbone would give other bytes. */
function requireSame({ folder, config }: Run, { dataset, names, source }: Prepared): void {
  const changed = [
    ["The data", config.options.data, config.samples.sha256 === datasetFingerprint(dataset, names)],
    [
      "The backbone's weights",
      config.options.backbone,
      config.backbone.sha256 === weightsFingerprint(source.weights),
    ],
  ].find(([, , same]) => !same);
  if (!changed) return;
  const [what, where] = changed;
  throw new GraftError(
    "run-invalid",
    `${what} (${where}) are no longer those that the run ${folder} began with. Put them back, or begin a new run with: graft train`,
    { details: { folder, what, where } },
  );
}

/** A run of `graft train`, or a search of `graft tune`. */
async function* goOn(folder: string, context: Context): AsyncGenerator<ResumeEvent | SearchEvent> {
  const found = isSearch(folder) ? await openTuneFolder(folder) : undefined;
  yield* found ? goOnSearch(found, context) : resume(folder, context);
}

const isSearch = (folder: string): boolean => existsSync(tunePaths(folder).tune);

export const resumeCommand = (launch: Launch) =>
  command("resume", {
    summary: "Go on with a run that was stopped, from its last checkpoint, or with a search.",
    examples: ["graft resume runs/pictures-1"],
  })
    .argument("<run>", "a folder that `graft train` or `graft tune` made")
    .action((run, options: CommonOptions) =>
      launch(
        options,
        (context) => goOn(run, context),
        isSearch(run) ? (tuneView() as View<ResumeEvent | SearchEvent>) : trainView,
      ),
    );
