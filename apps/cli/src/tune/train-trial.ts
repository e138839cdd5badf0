import {
  type Engine,
  evaluationBatches,
  type FineTuneEvent,
  type FineTuneOptions,
  fineTune,
  GraftError,
  judged,
  taskProgram,
} from "@graft-ml/core";
import type { Report } from "@graft-ml/hpo";
import { resultOf } from "../result-of.js";
import { classifierOptions } from "../run/classifier-options.js";
import { scoreOf } from "../run/predictions.js";
import type { Prepared } from "../run/prepare.js";
import { scoreTrained } from "../run/score.js";
import type { TrainOptions } from "../run/train-options.js";
import type { Stretch } from "./stretch.js";
import type { TargetScore } from "./target.js";
import { scoring } from "./tuning.js";

type Trial = Pick<FineTuneOptions, "store" | "dataKey"> & {
  readonly options: TrainOptions;
  readonly prepared: Prepared;
  /** What scores in place of the validation samples. */
  readonly target?: TargetScore | undefined;
  /** From where to where it goes; undefined: from its beginning to its end. */
  readonly stretch?: Stretch | undefined;
  readonly signal: AbortSignal;
  /** Told the score after each epoch of those that --epochs counts. */
  readonly report: (report: Report) => Promise<void>;
  readonly hear: (event: FineTuneEvent) => void;
};

/**
 * Trains as `graft train` does, without a folder, and gives what the validation samples say: after the last
 * epoch, or after the one whose weights are kept. A stretch of it goes on from where the one before ended, and
 * leaves where it stands, as if the training had never stopped. What a report throws ends it.
 */
export async function trainTrial(engine: Engine, trial: Trial): Promise<number> {
  const { store, dataKey, stretch, signal, report, hear } = trial;
  const scores = scoresOf(trial);
  const training = fineTune({
    ...scoredOptions(engine, trial),
    ...(store ? { store } : {}),
    ...(dataKey === undefined ? {} : { dataKey }),
    ...(stretch ? stretched(stretch, scores) : {}),
    signal,
  });
  for await (const event of training) {
    hear(event);
    const told = scores.see(event);
    if (told) await report(told);
    if (stretch && event.type === "checkpoint-saved" && isOver(stretch, scores.epochs())) {
      return requireScore(scores.last(), trial);
    }
  }
  return scores.last() ?? (await scoreAtEnd(engine, trial, training.result()));
}

/** The options of the training, the target in place of the validation samples. */
function scoredOptions(engine: Engine, { options, prepared, target }: Trial): FineTuneOptions {
  const given = classifierOptions(options, prepared, engine);
  if (!target) return given;
  const { source, judge } = target;
  return { ...given, validation: source, task: { ...given.task, judge } };
}

/** A training is only left in its middle: what is trained to its end is kept by nobody. */
const isOver = ({ upTo, isLast }: Stretch, epochs: number): boolean => !isLast && epochs >= upTo;

/** Begins where the stretch before ended, and keeps where this one ends. */
function stretched(
  stretch: Stretch,
  { epochs, phaseEpochs }: ReturnType<typeof scoresOf>,
): Pick<FineTuneOptions, "checkpoint" | "resume"> {
  const { from, keep } = stretch;
  return {
    ...(from ? { resume: from.checkpoint } : {}),
    checkpoint: {
      save: async (checkpoint) => {
        // Also called when a training is aborted, and after every epoch.
        if (isOver(stretch, epochs())) await keep({ checkpoint, phaseEpochs: phaseEpochs() });
      },
    },
  };
}

/** Follows the scores of the epochs that --epochs counts: without those of a head that is trained before. */
function scoresOf({ options, target, stretch }: Trial) {
  const { strategy } = options;
  const from = stretch?.from;
  const { metric } = scoring({ fixed: options, target: target ?? null });
  let score: number | undefined;
  const { begun = 0 } = stretch ?? {};
  // What the stretches before told is told; without where they ended they are trained again.
  let [before, epochs, told] = [0, from ? begun : 0, begun];
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
    epochs: () => epochs,
    phaseEpochs: () => epochs - before,
    see(event: FineTuneEvent): Report | undefined {
      if (event.type === "phase-start") {
        before = event.phase === from?.checkpoint.phase ? begun - from.phaseEpochs : epochs;
      }
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
  trial: Trial,
  trained: Parameters<typeof scoreTrained>[1],
): Promise<number> {
  if (trial.target) return judgeAtEnd(engine, trial, trained);
  const { options, prepared, signal } = trial;
  const { metric } = scoring({ fixed: options, target: null });
  const dataset = { ...prepared.dataset, test: [] } as Prepared["dataset"];
  const asked = { ...prepared, dataset, task: options.task };
  const scored = await resultOf(scoreTrained(engine, trained, asked, signal));
  return requireScore(scoreOf(scored, prepared.names)[metric], trial);
}

function requireScore(score: number | undefined, { options, target }: Trial): number {
  if (score !== undefined) return score;
  const { metric } = scoring({ fixed: options, target: target ?? null });
  throw new GraftError("dataset-invalid", `The validation samples leave ${metric} undefined.`);
}

async function judgeAtEnd(
  engine: Engine,
  trial: Trial,
  { model, weights }: Parameters<typeof scoreTrained>[1],
): Promise<number> {
  const { task, validation, batchSize } = scoredOptions(engine, trial);
  const session = await engine.open({ weights });
  try {
    const judging = judged({
      ...{ session, program: taskProgram({ task, model }), judge: trial.target!.judge() },
      batches: evaluationBatches(validation!, { batchSize: batchSize ?? 32 }),
      signal: trial.signal,
    });
    const { metrics } = await resultOf(judging);
    return metrics.information!;
  } finally {
    await session.close();
  }
}
