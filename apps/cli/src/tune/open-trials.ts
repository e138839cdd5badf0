import { appendFile } from "node:fs/promises";
import { type FineTuneEvent, GraftError, type Json } from "@graft-ml/core";
import { writeFailed } from "@graft-ml/core/node";
import { type Acquired, acquire } from "@graft-ml/gpu-backend";
import { type Params, type PlacedContext, placeOf } from "@graft-ml/hpo";
import { resultOf } from "../result-of.js";
import { datasetFingerprint } from "../run/fingerprint.js";
import { type Prepared, prepare } from "../run/prepare.js";
import type { TrainOptions } from "../run/train-options.js";
import { kinds } from "../task/kinds.js";
import { sharedFeatureStore } from "./shared-store.js";
import { stretchOf } from "./stretch.js";
import { openTarget, type ReadTarget, targetScore } from "./target.js";
import { trainTrial } from "./train-trial.js";
import { trialOptions } from "./trial-options.js";
import type { TrialTask } from "./tuning.js";

/** The data, and the target where there is one. */
export type FirstRead = {
  readonly prepared: Prepared;
  readonly target?: ReadTarget | undefined;
};

type TrialsOptions = {
  /** Of the engine. Default: as many as the machine has. */
  readonly threads?: number | undefined;
  /** What was read for the task with its fixed options alone. */
  readonly first?: FirstRead | undefined;
  /** Where is told how long features and trainings take, a line each. Default: nowhere. */
  readonly times?: string | undefined;
  readonly hear?: ((event: FineTuneEvent, number: number) => void) | undefined;
};

/** Trains a trial, or takes it through a round. */
type TrialObjective = (params: Params, context: PlacedContext) => Promise<number>;

/** Trials of one task in this process, with one engine for all. */
export type Trials = {
  readonly objective: TrialObjective;
  readonly engine: Acquired;
  /** When the trial under way has ended, closes the engine. */
  close(): Promise<void>;
};

/**
 * Opens the engine for a search's trials, each of which trains on the task's data and gives the score of the
 * validation samples, telling it after every epoch. Data are read once for all trials that read them alike,
 * and frozen features are worked out once for all that start from the same ones, whoever works them out.
 */
export async function openTrials(task: TrialTask, options: TrialsOptions = {}): Promise<Trials> {
  const { threads, times, hear = () => {} } = options;
  const { device } = task.fixed;
  const engine = await acquire({ device, ...(threads === undefined ? {} : { threads }) });
  const prepared = preparedOnce(task, options.first);
  const underWay = new Set<Promise<unknown>>();
  const objective: TrialObjective = (params, { number: own, signal, report, note, ...rest }) => {
    const place = placeOf(rest);
    const number = place?.origin ?? own;
    const training = run();
    underWay.add(training);
    const forget = () => underWay.delete(training);
    training.then(forget, forget);
    return training;

    async function run(): Promise<number> {
      const trained = trialOptions(task.fixed, params);
      const ready = await prepared(trained, signal);
      const target = ready.target && targetScore(ready.target);
      const { folder, precision } = { folder: task.features, precision: trained.features };
      const store = sharedFeatureStore({ folder, precision, signal });
      const clock = clockOf(number, times);
      const stretch = place && (await stretchOf(place, { task, options: trained, note }));
      try {
        return await trainTrial(engine, {
          ...{ options: trained, prepared: ready.prepared, target, store, signal, report },
          stretch,
          dataKey: [ready.dataKey, trained.augment, trained.batchSize, target?.key ?? null],
          hear: (event) => {
            clock.see(event);
            hear(event, number);
          },
        });
      } finally {
        await store.release();
        await clock.write();
      }
    }
  };
  return {
    objective,
    engine,
    async close() {
      await Promise.allSettled(underWay);
      await engine.close();
    },
  };
}

type Ready = FirstRead & { readonly dataKey: Json };
type ReadOnce = (options: TrainOptions, signal: AbortSignal) => Promise<Ready>;

/** Reads the data once for each way in which options read them. */
function preparedOnce(task: TrialTask, first: FirstRead | undefined): ReadOnce {
  const known = new Map<string, Promise<Ready>>();
  if (first) known.set(keyOf(trialOptions(task.fixed, {})), readyOf(task, first));
  return (options, signal) => {
    const key = keyOf(options);
    const ready = known.get(key) ?? read(options, signal);
    known.set(key, ready);
    // What failed, or was stopped, is tried again by the next trial.
    ready.catch(() => known.delete(key));
    return ready;
  };

  async function read(options: TrainOptions, signal: AbortSignal): Promise<Ready> {
    const prepared = await resultOf(prepare(options, signal, task.check));
    if (!task.target) return readyOf(task, { prepared });
    const target = await resultOf(openTarget(task, prepared, signal));
    return readyOf(task, { prepared, target });
  }
}

/** What decides how samples get in. */
export const keyOf = ({ backbone, warmStart, maxLength, augment }: TrainOptions): string =>
  JSON.stringify([backbone, warmStart, maxLength, augment]);

async function readyOf(task: TrialTask, read: FirstRead): Promise<Ready> {
  requireSameData(task, read.prepared);
  const { modality } = kinds[task.fixed.task];
  return { ...read, dataKey: await modality.fingerprint(read.prepared.dataset.train) };
}

/** Throws `run-invalid` for samples that are not those of the search. */
export function requireSameData(
  { fixed, sha256 }: Pick<TrialTask, "fixed" | "sha256">,
  { dataset, names }: Prepared,
): void {
  if (datasetFingerprint(dataset, names) === sha256) return;
  throw new GraftError(
    "run-invalid",
    `The data (${fixed.data}) are no longer those that the search began with. Put them back, or begin a new search with: graft tune`,
    { details: { data: fixed.data } },
  );
}

/** A line for the features that were worked out, and one for the trial. */
function clockOf(trial: number, path: string | undefined) {
  const began = performance.now();
  let since = began;
  const lines: object[] = [];
  const seconds = (from: number) => (performance.now() - from) / 1000;
  return {
    see(event: FineTuneEvent): void {
      if (event.type === "phase-start") since = performance.now();
      if (event.type !== "extract-end") return;
      const samples = event.count;
      if (!event.cached) lines.push({ trial, phase: "features", seconds: seconds(since), samples });
      since = performance.now();
    },
    async write(): Promise<void> {
      if (path === undefined) return;
      lines.push({ trial, phase: "trial", seconds: seconds(began) });
      const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
      await appendFile(path, text).catch((cause: unknown) => {
        throw writeFailed(path, cause);
      });
    },
  };
}
