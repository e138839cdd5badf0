import {
  type Engine,
  type FineTuneEvent,
  type FineTuneOptions,
  fineTune,
  GraftError,
} from "@graft-ml/core";
import type { Report } from "@graft-ml/hpo";
import { classifierOptions } from "../run/classifier-options.js";
import { scoreOf } from "../run/predictions.js";
import type { Prepared } from "../run/prepare.js";
import { scoreTrained } from "../run/score.js";
import type { TrainOptions } from "../run/train-options.js";
import { scoring } from "./tuning.js";

type Trial = Pick<FineTuneOptions, "store" | "dataKey"> & {
  readonly options: TrainOptions;
  readonly prepared: Prepared;
  readonly signal: AbortSignal;
  /** Told the score after each epoch of those that --epochs counts. */
  readonly report: (report: Report) => Promise<void>;
  readonly hear: (event: FineTuneEvent) => void;
};

/**
 * Trains as `graft train` does, without a folder, and gives what the validation samples say: after the last
 * epoch, or after the one whose weights are kept. What a report throws ends it.
 */
export async function trainTrial(engine: Engine, trial: Trial): Promise<number> {
  const { options, prepared, store, dataKey, signal, report, hear } = trial;
  const training = fineTune({
    ...classifierOptions(options, prepared, engine),
    ...(store ? { store } : {}),
    ...(dataKey === undefined ? {} : { dataKey }),
    signal,
  });
  const scores = scoresOf(options);
  for await (const event of training) {
    hear(event);
    const told = scores.see(event);
    if (told) await report(told);
  }
  return scores.last() ?? (await scoreAtEnd(engine, trial, training.result()));
}

/** Follows the scores of the epochs that --epochs counts: without those of a head that is trained before. */
function scoresOf({ strategy, task }: TrainOptions) {
  const { metric } = scoring(task);
  let score: number | undefined;
  let [before, epochs, told] = [0, 0, 0];
  const counts = (phase: string): boolean =>
    phase === "head" ? strategy === "probe" : phase !== "features";
  const epochEnd = ({ epoch, metrics }: EpochEnd): Report | undefined => {
    epochs = before + epoch;
    score = metrics[metric];
    // After a step back epochs come again: what was told of them stands.
    if (score === undefined || epochs <= told) return undefined;
    told = epochs;
    return { step: epochs, value: score };
  };
  return {
    last: () => score,
    see(event: FineTuneEvent): Report | undefined {
      if (event.type === "phase-start") before = epochs;
      if (!("phase" in event) || !counts(event.phase)) return undefined;
      if (event.type === "best-restored") score = event.value;
      return event.type === "epoch-end" ? epochEnd(event) : undefined;
    },
  };
}

type EpochEnd = Extract<FineTuneEvent, { type: "epoch-end" }>;

/** What has no epochs is scored once. */
async function scoreAtEnd(
  engine: Engine,
  { options, prepared, signal }: Trial,
  trained: Parameters<typeof scoreTrained>[1],
): Promise<number> {
  const { metric } = scoring(options.task);
  const dataset = { ...prepared.dataset, test: [] } as Prepared["dataset"];
  const asked = { ...prepared, dataset, task: options.task };
  const answers = scoreTrained(engine, trained, asked, signal);
  for (;;) {
    const { done, value } = await answers.next();
    if (!done) continue;
    const score = scoreOf(value, prepared.names)[metric];
    if (score !== undefined) return score;
    throw new GraftError("dataset-invalid", `The validation samples leave ${metric} undefined.`);
  }
}
