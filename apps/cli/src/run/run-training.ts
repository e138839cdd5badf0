import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import {
  type Engine,
  type FineTuned,
  type FineTuneEvent,
  GraftError,
  isGraftError,
} from "@graft-ml/core";
import { fileFeatureStore, saveAdapter, writeFileAtomic } from "@graft-ml/core/node";
import type { Acquired } from "@graft-ml/gpu-backend";
import { trainClassifier } from "@graft-ml/vision";
import { fingerprintPictures } from "@graft-ml/vision/node";
import { type ReportEvent, writeReport } from "../report/write-report.js";
import { type DeviceEvent, withEngine } from "../with-engine.js";
import { type FoundRunCheckpoint, saveRunCheckpoint } from "./checkpoints.js";
import { classifierOptions } from "./classifier-options.js";
import { type DataCheckEvent, keepDataCheck } from "./data-check.js";
import { type MetricsFile, openMetrics } from "./metrics-file.js";
import { modelCard } from "./model-card.js";
import { type Score, type Scored, savePredictions, scoreOf } from "./predictions.js";
import type { Prepared } from "./prepare.js";
import { type Run, runPaths } from "./run-folder.js";
import { saveModel } from "./save-model.js";
import { type OnnxEvent, saveOnnx } from "./save-onnx.js";
import { type ScoreProgress, scoreTrained } from "./score.js";
import { openTimes, type TimesFile } from "./times-file.js";

type TrainEnd = Extract<FineTuneEvent, { type: "train-end" }>;
export type TrainedEvent = { readonly type: "train-end"; readonly run: string } & Score;

export type RunEvent =
  | DeviceEvent
  | ScoreProgress
  | DataCheckEvent
  | OnnxEvent
  | Exclude<FineTuneEvent, TrainEnd>
  | (Omit<TrainEnd, "type"> & { readonly type: "phase-end" })
  | { readonly type: "interrupted"; readonly run: string }
  | ReportEvent
  | TrainedEvent;

/** Trains from the checkpoint, or from the start, to the end of a run, and writes all of its folder. */
export async function* runTraining(input: {
  run: Run;
  prepared: Prepared;
  found?: FoundRunCheckpoint | undefined;
  signal: AbortSignal;
}): AsyncGenerator<RunEvent> {
  const { run, prepared, found } = input;
  const paths = runPaths(run.folder);
  const times = timesOf(input);
  await times.write({ phase: "reading", seconds: prepared.secondsToRead });
  const metrics = await openMetrics(paths.metrics, found?.metricsBytes ?? 0);
  try {
    if (!existsSync(paths.data)) yield* examine({ ...input, times });
    yield* withEngine(
      run.config.options.device,
      async function* (engine): AsyncGenerator<RunEvent> {
        const trained = yield* train(engine, { ...input, metrics, times });
        const scored = yield* score(engine, trained, { ...input, times });
        yield* finish(engine, { ...input, times, trained, scored });
      },
    );
  } catch (error) {
    if (!isGraftError(error, "aborted")) throw error;
    yield { type: "interrupted", run: run.folder };
    throw interrupted(run, error);
  } finally {
    await metrics.close();
  }
}

async function* train(
  engine: Engine,
  input: {
    run: Run;
    prepared: Prepared;
    found?: FoundRunCheckpoint | undefined;
    metrics: MetricsFile;
    times: TimesFile;
    signal: AbortSignal;
  },
): AsyncGenerator<RunEvent, FineTuned> {
  const { run, prepared, found, metrics, times, signal } = input;
  const paths = runPaths(run.folder);
  const { options } = run.config;
  const training = trainClassifier({
    ...classifierOptions(options, prepared, engine),
    store: fileFeatureStore({ folder: paths.features, precision: options.features }),
    dataKey: [await fingerprintPictures(prepared.dataset.train), options.augment],
    signal,
    checkpoint: {
      everySeconds: 30,
      save: async (checkpoint) => {
        await saveRunCheckpoint(paths.checkpoints, checkpoint, metrics.bytes());
      },
    },
    ...(found ? { resume: found.checkpoint } : {}),
  });
  for await (const event of training) {
    await metrics.write(event);
    await times.see(event);
    yield event.type === "train-end" ? { ...event, type: "phase-end" } : event;
  }
  return training.result();
}

async function* examine(input: {
  run: Run;
  prepared: Prepared;
  times: TimesFile;
  signal: AbortSignal;
}): AsyncGenerator<RunEvent> {
  const { run, prepared, times, signal } = input;
  const began = performance.now();
  yield* keepDataCheck(runPaths(run.folder).data, prepared.dataset, signal);
  await times.write({ phase: "copies", seconds: (performance.now() - began) / 1000 });
}

async function* score(
  engine: Engine,
  trained: FineTuned,
  { prepared, times, signal }: { prepared: Prepared; times: TimesFile; signal: AbortSignal },
): AsyncGenerator<RunEvent, Scored> {
  const began = performance.now();
  const scored = yield* scoreTrained(engine, trained, prepared, signal);
  const seconds = (performance.now() - began) / 1000;
  await times.write({ phase: "scoring", seconds, pictures: scored.predictions.length });
  return scored;
}

/** The model comes after what tells of it: a folder with a model is whole. The report reads the folder. */
async function* finish(
  engine: Acquired,
  input: { run: Run; prepared: Prepared; times: TimesFile; trained: FineTuned; scored: Scored },
): AsyncGenerator<RunEvent> {
  const { run, prepared, times, trained, scored } = input;
  const { source, dataset } = prepared;
  const paths = runPaths(run.folder);
  const { classes } = run.config;
  const score = scoreOf(scored, classes);
  await savePredictions(paths.predictions, scored);
  await writeFileAtomic(paths.card, modelCard({ ...run, score }));
  const { adapted } = trained;
  if (adapted) await saveAdapter(paths.adapter, { ...adapted, base: run.config.options.backbone });
  const began = performance.now();
  yield* saveOnnx(engine, paths.model, { source: { ...source, ...trained }, dataset });
  await times.write({ phase: "export", seconds: (performance.now() - began) / 1000 });
  await saveModel(paths.model, trained, { classes, preprocess: source.preprocess });
  await rm(paths.features, { recursive: true, force: true });
  yield* writeReport(run);
  yield { type: "train-end", ...score, run: run.folder };
}

/** Training batches are always full. */
const timesOf = ({ run, prepared }: { run: Run; prepared: Prepared }): TimesFile =>
  openTimes(runPaths(run.folder).times, {
    batchSize: Math.min(run.config.options.batchSize, prepared.dataset.train.length),
  });

const interrupted = ({ folder }: Run, cause: GraftError): GraftError =>
  new GraftError("aborted", `${cause.message} Go on with: graft resume ${folder}`, {
    details: { ...cause.details, run: folder },
    cause,
  });
