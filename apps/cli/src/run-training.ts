import { rm } from "node:fs/promises";
import {
  type Engine,
  type FineTuned,
  type FineTuneEvent,
  GraftError,
  isGraftError,
} from "@graft-ml/core";
import { fileFeatureStore, writeFileAtomic } from "@graft-ml/core/node";
import { trainClassifier } from "@graft-ml/vision";
import { fingerprintPictures } from "@graft-ml/vision/node";
import { type FoundRunCheckpoint, saveRunCheckpoint } from "./checkpoints.js";
import { classifierOptions } from "./classifier-options.js";
import { type MetricsFile, openMetrics } from "./metrics-file.js";
import { modelCard, type Score } from "./model-card.js";
import type { Prepared } from "./prepare.js";
import { type Run, runPaths } from "./run-folder.js";
import { saveModel } from "./save-model.js";
import { type ScoreProgress, scoreTrained } from "./score.js";
import { type DeviceEvent, withEngine } from "./with-engine.js";

type TrainEnd = Extract<FineTuneEvent, { type: "train-end" }>;
export type TrainedEvent = { readonly type: "train-end"; readonly run: string } & Score;

export type RunEvent =
  | DeviceEvent
  | ScoreProgress
  | Exclude<FineTuneEvent, TrainEnd>
  | (Omit<TrainEnd, "type"> & { readonly type: "phase-end" })
  | { readonly type: "interrupted"; readonly run: string }
  | TrainedEvent;

/** Trains from the checkpoint, or from the start, to the end of a run, and writes all of its folder. */
export async function* runTraining(input: {
  run: Run;
  prepared: Prepared;
  found?: FoundRunCheckpoint | undefined;
  signal: AbortSignal;
}): AsyncGenerator<RunEvent> {
  const { run, prepared, found, signal } = input;
  const paths = runPaths(run.folder);
  const metrics = await openMetrics(paths.metrics, found?.metricsBytes ?? 0);
  try {
    yield* withEngine(
      run.config.options.device,
      async function* (engine): AsyncGenerator<RunEvent> {
        const trained = yield* train(engine, { ...input, metrics });
        const { classes } = run.config;
        const { preprocess } = prepared.source;
        const score = yield* scoreTrained(engine, trained, prepared, signal);
        await writeFileAtomic(paths.card, modelCard({ ...run, score }));
        await saveModel(paths.model, trained, { classes, preprocess });
        await rm(paths.features, { recursive: true, force: true });
        yield { type: "train-end", ...score, run: run.folder };
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
    signal: AbortSignal;
  },
): AsyncGenerator<RunEvent, FineTuned> {
  const { run, prepared, found, metrics, signal } = input;
  const paths = runPaths(run.folder);
  const training = trainClassifier({
    ...classifierOptions(run.config.options, prepared, engine),
    store: fileFeatureStore({ folder: paths.features }),
    dataKey: await fingerprintPictures(prepared.dataset.train),
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
    yield event.type === "train-end" ? { ...event, type: "phase-end" } : event;
  }
  return training.result();
}

const interrupted = ({ folder }: Run, cause: GraftError): GraftError =>
  new GraftError("aborted", `${cause.message} Go on with: graft resume ${folder}`, {
    details: { ...cause.details, run: folder },
    cause,
  });
