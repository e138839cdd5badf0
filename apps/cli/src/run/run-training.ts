import { existsSync } from "node:fs";
import { type Engine, type FineTuned, GraftError, isGraftError } from "@graft-ml/core";
import { clearUnfinished, saveAdapter, writeFileAtomic } from "@graft-ml/core/node";
import type { Acquired } from "@graft-ml/gpu-backend";
import { type ReportEvent, writeReport } from "../report/write-report.js";
import { kinds } from "../task/kinds.js";
import { type DeviceEvent, withEngine } from "../with-engine.js";
import type { FoundRunCheckpoint } from "./checkpoints.js";
import { type DataCheckEvent, saveDataCheck } from "./data-check.js";
import { type ExplainEvent, explainWorst } from "./explain-worst.js";
import { type RateEvent, settleRates } from "./find-rates.js";
import { type FoldScores, foldScoresOf, saveFoldScores } from "./fold-scores.js";
import { type FoldEvent, type FoldsResult, sharingFeatures, trainFolds } from "./folds.js";
import { type MetricsFile, openMetrics } from "./metrics-file.js";
import { modelCard } from "./model-card.js";
import {
  readingIn,
  type Score,
  type Scored,
  type ScoreProgress,
  savePredictions,
  scoreOf,
} from "./predictions.js";
import type { Prepared } from "./prepare.js";
import { keepRejection, type RejectionEvent } from "./rejection.js";
import { clearAway, type Run, runPaths } from "./run-folder.js";
import { saveModel } from "./save-model.js";
import { type OnnxEvent, saveOnnx } from "./save-onnx.js";
import { scoreTrained } from "./score.js";
import { openTimes, type TimesFile } from "./times-file.js";
import { type TrainOnceEvent, trainOnce } from "./train-once.js";
import { planOf, savePlan } from "./training-plan.js";

export type TrainedEvent = Score & {
  readonly type: "train-end";
  readonly run: string;
  /** Where there were any; the score is that of all samples together. */
  readonly folds?: FoldScores;
};

export type RunEvent =
  | DeviceEvent
  | ScoreProgress
  | DataCheckEvent
  | OnnxEvent
  | ExplainEvent
  | RateEvent
  | TrainOnceEvent
  | RejectionEvent
  | FoldEvent
  | { readonly type: "interrupted"; readonly run: string }
  | ReportEvent
  | TrainedEvent;

type Input = {
  readonly run: Run;
  readonly prepared: Prepared;
  readonly found?: FoundRunCheckpoint | undefined;
  readonly signal: AbortSignal;
};

/**
 * Trains from the checkpoint, or from the start, to the end of a run, and writes all of its folder. What
 * stops it on the way tells how to go on.
 */
export async function* runTraining(input: Input): AsyncGenerator<RunEvent> {
  const { run } = input;
  try {
    yield* trainToTheEnd(input);
  } catch (error) {
    if (isGraftError(error, "disk-write-failed")) throw goOn(run, error, "Then go on with");
    if (!isGraftError(error, "aborted")) throw error;
    yield { type: "interrupted", run: run.folder };
    throw goOn(run, error, "Go on with");
  }
}

async function* trainToTheEnd(input: Input): AsyncGenerator<RunEvent> {
  const { run, prepared, found } = input;
  const paths = runPaths(run.folder);
  await clearUnfinished(run.folder);
  const times = await timesOf(input);
  await times.write({ phase: "reading", seconds: prepared.secondsToRead });
  const metrics = await openMetrics(paths.metrics, found?.metricsBytes ?? 0);
  try {
    const { secondsForCopies } = prepared;
    if (secondsForCopies !== undefined) {
      await times.write({ phase: "copies", seconds: secondsForCopies });
    }
    if (!existsSync(paths.data)) await saveDataCheck(paths.data, prepared.check);
    yield* withEngine(
      run.config.options.device,
      async function* (engine): AsyncGenerator<RunEvent> {
        yield* trainAndScore(engine, { ...input, metrics, times });
      },
    );
  } finally {
    await metrics.close();
  }
}

/** With folds, what they say of every picture stands for the final model, which has learned from all. */
async function* trainAndScore(
  engine: Acquired,
  input: Input & { metrics: MetricsFile; times: TimesFile },
): AsyncGenerator<RunEvent> {
  const { found, metrics, times, signal } = input;
  const { features, checkpoints } = runPaths(input.run.folder);
  const isFolded = input.run.config.options.folds !== null;
  const prepared = isFolded ? sharingFeatures(input.prepared) : input.prepared;
  const { modality } = kinds[input.run.config.options.task];
  const dataKey = await modality.fingerprint(prepared.dataset.train);
  const options = yield* settleRates(engine, { ...input, prepared, dataKey });
  const run: Run = { ...input.run, config: { ...input.run.config, options } };
  await savePlan(runPaths(run.folder).plan, planOf(options, prepared, engine));
  const folds = isFolded
    ? yield* trainFolds(engine, { run, prepared, dataKey, times, signal })
    : undefined;
  const once = { options, prepared, found, checkpoints, features, dataKey, metrics, times, signal };
  const trained = yield* trainOnce(engine, once);
  const isScored = !folds || prepared.dataset.test.length > 0;
  const own = isScored
    ? yield* score(engine, trained, { run, prepared, times, signal, folds })
    : undefined;
  const scored = folds?.scored ?? own!;
  const foldScores = folds && foldScoresOf(folds.scores, own && scoreOf(own, run.config.classes));
  yield* explain(engine, trained, { run, prepared, times, signal, scored });
  yield* finish(engine, { run, prepared, times, trained, scored, foldScores });
}

async function* score(
  engine: Engine,
  trained: FineTuned,
  input: Pick<Input, "run" | "prepared" | "signal"> & {
    times: TimesFile;
    folds: FoldsResult | undefined;
  },
): AsyncGenerator<RunEvent, Scored> {
  const { run, prepared, times, signal, folds } = input;
  const { task, reject } = run.config.options;
  const began = performance.now();
  const reading = folds && readingIn(folds.scored);
  const asked = { ...prepared, task, reject, reading };
  const scored = yield* scoreTrained(engine, trained, asked, signal);
  const seconds = (performance.now() - began) / 1000;
  await times.write({ phase: "scoring", seconds, samples: scored.predictions.length });
  return scored;
}

/** While the model is at hand: which words mattered in the texts that it is most wrong about. */
async function* explain(
  engine: Engine,
  trained: FineTuned,
  input: Pick<Input, "run" | "prepared" | "signal"> & { times: TimesFile; scored: Scored },
): AsyncGenerator<ExplainEvent> {
  const { run, prepared, times, scored, signal } = input;
  const began = performance.now();
  let samples = 0;
  const { explanations: path } = runPaths(run.folder);
  for await (const event of explainWorst(engine, trained, { ...prepared, scored, path, signal })) {
    if (event.type === "explain-progress") samples = event.count;
    yield event;
  }
  const seconds = (performance.now() - began) / 1000;
  if (samples > 0) await times.write({ phase: "explaining", seconds, samples });
}

/** The model comes after what tells of it: a folder with a model is whole. The report reads the folder. */
async function* finish(
  engine: Acquired,
  input: {
    run: Run;
    prepared: Prepared;
    times: TimesFile;
    trained: FineTuned;
    scored: Scored;
    foldScores: FoldScores | undefined;
  },
): AsyncGenerator<RunEvent> {
  const { run, prepared, times, trained, scored, foldScores } = input;
  const { source, dataset } = prepared;
  const paths = runPaths(run.folder);
  const { classes } = run.config;
  const score = scoreOf(scored, classes);
  const reading = readingIn(scored);
  await savePredictions(paths.predictions, scored);
  yield* keepRejection(paths.rejection, reading);
  if (foldScores) await saveFoldScores(paths.foldScores, foldScores);
  await writeFileAtomic(paths.card, modelCard({ ...run, score, folds: foldScores }));
  const { adapted } = trained;
  if (adapted) await saveAdapter(paths.adapter, { ...adapted, base: run.config.options.backbone });
  const began = performance.now();
  yield* saveOnnx(engine, paths.model, { source: { ...source, ...trained, reading }, dataset });
  await times.write({ phase: "export", seconds: (performance.now() - began) / 1000 });
  await saveModel(paths.model, trained, { classes, input: source.input, reading });
  await clearAway(run);
  yield* writeReport(run);
  const told = foldScores ? { folds: foldScores } : {};
  yield { type: "train-end", ...score, ...told, run: run.folder };
}

/** Training batches are always full. */
const timesOf = ({ run, prepared }: { run: Run; prepared: Prepared }): Promise<TimesFile> =>
  openTimes(runPaths(run.folder).times, {
    batchSize: Math.min(run.config.options.batchSize, prepared.dataset.train.length),
  });

const goOn = ({ folder }: Run, cause: GraftError, how: string): GraftError =>
  new GraftError(cause.code, `${cause.message} ${how}: graft resume ${folder}`, {
    details: { ...cause.details, run: folder },
    cause,
  });
