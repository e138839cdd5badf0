import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Engine, GraftError, type Json, type Source, subsetSource } from "@graft-ml/core";
import { nounOf } from "../task/noun.js";
import type { TaskSample } from "../task/task-kind.js";
import { latestRunCheckpoint } from "./checkpoints.js";
import { openMetrics } from "./metrics-file.js";
import { pooledFolds } from "./pooled-folds.js";
import {
  readPredictions,
  type Score,
  type Scored,
  type ScoreProgress,
  savePredictions,
  scoreOf,
} from "./predictions.js";
import type { Prepared } from "./prepare.js";
import { type Run, runPaths } from "./run-folder.js";
import { scoreTrained } from "./score.js";
import type { TimesFile } from "./times-file.js";
import { type TrainOnceEvent, trainOnce } from "./train-once.js";
import type { TrainOptions } from "./train-options.js";

export type FoldEvent =
  | {
      readonly type: "fold-start";
      /** From 1. */
      readonly fold: number;
      readonly folds: number;
      /** What samples are: "picture". */
      readonly noun: string;
      /** Samples that it learns from, and that it scores. */
      readonly train: number;
      readonly held: number;
    }
  | ({ readonly type: "fold-end"; readonly fold: number; readonly folds: number } & Score)
  | { readonly type: "folds-end"; readonly noun: string; readonly train: number };

export type FoldsResult = {
  /** Every sample, as the model says that did not see it. */
  readonly scored: Scored;
  /** Each fold's. */
  readonly scores: readonly Score[];
};

/** Throws `usage` for options that folds can't keep honest. */
export function checkFoldOptions({ folds, patience, task }: TrainOptions): void {
  if (folds === null || patience === null) return;
  throw new GraftError(
    "usage",
    `--patience would choose when to stop by the ${nounOf(task)}s that a fold scores. Leave it out, or leave --folds out.`,
  );
}

/**
 * Trains once for each fold of the run's split and scores the samples that it did not see. Frozen
 * features are worked out once for all of them. What is finished already is not done again.
 */
export async function* trainFolds(
  engine: Engine,
  input: {
    run: Run;
    /** As `sharingFeatures` gives it. */
    prepared: Prepared;
    dataKey: Json;
    times: TimesFile;
    signal: AbortSignal;
  },
): AsyncGenerator<FoldEvent | TrainOnceEvent | ScoreProgress, FoldsResult> {
  const { run, prepared } = input;
  const held = prepared.check.split.folds ?? [];
  const noun = nounOf(run.config.options.task);
  const scored: Scored[] = [];
  const scores: Score[] = [];
  for (const [at, names] of held.entries()) {
    const fold = foldOf(prepared, names);
    const about = { fold: at + 1, folds: held.length };
    const { train, validation } = fold.dataset;
    const kept = await readPredictions(pathsOf(run, at + 1).predictions);
    if (!kept) {
      const sizes = { train: train.length, held: validation.length };
      yield { type: "fold-start", ...about, noun, ...sizes };
    }
    const answers = kept ?? (yield* trainFold(engine, { ...input, prepared: fold, fold: at + 1 }));
    const score = scoreOf(answers, run.config.classes);
    yield { type: "fold-end", ...about, ...score };
    scored.push(answers);
    scores.push(score);
  }
  yield { type: "folds-end", noun, train: prepared.dataset.train.length };
  return { scored: pooledFolds(scored, prepared.dataset), scores };
}

/** The same pictures as parts of one source, so that their features are kept once; of texts none are. */
export function sharingFeatures(prepared: Prepared): Prepared {
  if (prepared.source.input.modality === "texts") return prepared;
  const all: readonly TaskSample[] = prepared.dataset.train;
  const places = new Map<TaskSample, number>(all.map((sample, at) => [sample, at]));
  const wholes = new Map<string, Source>();
  const wholeOf = (view: "plain" | "augmented"): Source => {
    const whole = wholes.get(view) ?? prepared.sourceOf(all, view);
    wholes.set(view, whole);
    return whole;
  };
  return {
    ...prepared,
    sourceOf: (samples, view) => {
      const indices = samples.flatMap((sample) => places.get(sample) ?? []);
      return indices.length < samples.length
        ? prepared.sourceOf(samples, view)
        : subsetSource(wholeOf(view), indices);
    },
  };
}

/** Learns from all but these, and scores these. */
function foldOf(prepared: Prepared, names: readonly string[]): Prepared {
  const held = new Set(names);
  const all: readonly TaskSample[] = prepared.dataset.train;
  return {
    ...prepared,
    dataset: {
      ...prepared.dataset,
      train: all.filter(({ name }) => !held.has(name)),
      validation: all.filter(({ name }) => held.has(name)),
      test: [],
    } as Prepared["dataset"],
  };
}

/** A fold's folder is laid out as a run's. */
const pathsOf = ({ folder }: Run, fold: number) =>
  runPaths(join(runPaths(folder).folds, String(fold)));

async function* trainFold(
  engine: Engine,
  input: {
    run: Run;
    prepared: Prepared;
    fold: number;
    dataKey: Json;
    times: TimesFile;
    signal: AbortSignal;
  },
): AsyncGenerator<TrainOnceEvent | ScoreProgress, Scored> {
  const { run, prepared, fold, dataKey, times, signal } = input;
  const paths = pathsOf(run, fold);
  const { task } = run.config.options;
  const { found } = await latestRunCheckpoint(paths.checkpoints);
  await mkdir(paths.checkpoints, { recursive: true });
  const metrics = await openMetrics(paths.metrics, found?.metricsBytes ?? 0);
  try {
    const trained = yield* trainOnce(engine, {
      options: run.config.options,
      prepared,
      found,
      checkpoints: paths.checkpoints,
      features: runPaths(run.folder).features,
      dataKey,
      metrics,
      times,
      signal,
    });
    const scored = yield* scoreTrained(engine, trained, { ...prepared, task }, signal);
    await savePredictions(paths.predictions, scored);
    await rm(paths.checkpoints, { recursive: true });
    // Read again, so that a run that was stopped between two folds pools the same.
    return (await readPredictions(paths.predictions)) ?? scored;
  } finally {
    await metrics.close();
  }
}
