import type { Batches } from "../data/batch.js";
import type { Batch, Session, Snapshot, StepResult } from "../engine.js";
import { GraftError } from "../errors.js";
import { at, type Schedule } from "../optim/optimizer.js";
import type { Program } from "../program.js";
import { createPace, type Pace } from "./pace.js";
import { planSteps, type StepPlan } from "./step-plan.js";
import type { TrainEvent } from "./train-event.js";

/** What goes on from here to the same bytes: everything learned, and how far the data was read. */
export type TrainCheckpoint = {
  readonly snapshot: Snapshot;
  /** Updates made: what `startStep` takes. */
  readonly step: number;
  readonly epoch: number;
  /** Sum of the losses of this epoch's steps so far: what `startLossSum` takes. */
  readonly lossSum: number;
  /** What `evaluate` returned, where an epoch just ended. */
  readonly metrics: Readonly<Record<string, number>>;
};

export type TrainOptions = {
  session: Session;
  program: Program;
  batches: Batches;
  /** In all, those before `startStep` included. */
  epochs: number;
  /** Updates made before, by the run that this one goes on from. Default 0. */
  startStep?: number;
  /** The checkpoint's `lossSum`, so that the first `epoch-end` tells the whole epoch's loss. Default 0. */
  startLossSum?: number;
  /** Micro-batches an update; an epoch's last update takes what is left. Default 1. */
  accumulate?: number;
  /** Largest global L2 norm of the gradients. Default: no clipping. */
  clipNorm?: number;
  /** The optimizer's learning rate, only to be told in `step-end`. */
  rate?: Schedule;
  /** Finishes the step in flight, saves a checkpoint if there is `checkpoint`, then throws `aborted`. */
  signal?: AbortSignal;
  /** Called after each epoch; what it returns is `epoch-end`'s `metrics`. */
  evaluate?: (context: {
    epoch: number;
    step: number;
  }) => Promise<Readonly<Record<string, number>>>;
  checkpoint?: {
    /** Updates between two checkpoints. Default: the end of each epoch alone. */
    everySteps?: number;
    /** Seconds between two checkpoints. */
    everySeconds?: number;
    save(checkpoint: TrainCheckpoint): Promise<void>;
  };
};

/**
 * Trains, telling an event a step and an epoch. Same seed, data and start: same bytes, whether or not
 * the run was cut in between. Throws `loss-not-finite` and `aborted`; frees nothing of the caller's.
 */
export async function* train(options: TrainOptions): AsyncGenerator<TrainEvent, void> {
  const { epochs } = options;
  const run = createRun(options);
  const { stepsPerEpoch, steps } = run.plan;
  yield { type: "train-start", epochs, stepsPerEpoch, steps, startStep: run.step };
  // A run that was aborted between an epoch's last update and its evaluation.
  if (run.plan.endsEpoch(run.step) && run.lossSum !== 0) yield* endEpoch(run);
  const feed = options.batches.from(run.plan.batchesBefore(run.step))[Symbol.asyncIterator]();
  try {
    while (run.step < steps) {
      if (options.signal?.aborted) yield* abort(run);
      yield await update(run, feed);
      if (run.plan.endsEpoch(run.step)) yield* endEpoch(run);
      else if (isCheckpointDue(run)) yield* save(run);
    }
    yield { type: "train-end", epochs, step: run.step, seconds: run.pace.seconds() };
  } finally {
    await feed.return?.();
  }
}

/** Where a training stands. */
type Run = {
  readonly options: TrainOptions;
  readonly plan: StepPlan;
  readonly pace: Pace;
  step: number;
  /** Over this epoch's steps so far. */
  lossSum: number;
  /** Seconds since the start, as are those below. */
  epochStart: number;
  savedStep: number;
  savedAt: number;
};

function createRun(options: TrainOptions): Run {
  const { batches, epochs, accumulate = 1, startStep = 0, startLossSum = 0 } = options;
  return {
    options,
    plan: planSteps({ batchesPerEpoch: batches.stepsPerEpoch, accumulate, epochs }),
    pace: createPace(),
    step: startStep,
    lossSum: startLossSum,
    epochStart: 0,
    savedStep: startStep,
    savedAt: 0,
  };
}

async function update(run: Run, feed: AsyncIterator<{ batch: Batch }>): Promise<TrainEvent> {
  const { plan, step, options } = run;
  const micro = await take(feed, plan.batchesBefore(step + 1) - plan.batchesBefore(step));
  const { session, program, clipNorm } = options;
  const result = await session.step(program, micro, clipNorm === undefined ? {} : { clipNorm });
  return stepEnd(run, micro, result);
}

async function take(
  feed: AsyncIterator<{ batch: Batch }>,
  count: number,
): Promise<readonly Batch[]> {
  const taken: Batch[] = [];
  while (taken.length < count) {
    const { done, value } = await feed.next();
    if (done) throw new GraftError("dataset-empty", "The batches ended; they must go on for ever.");
    taken.push(value.batch);
  }
  return taken;
}

function stepEnd(run: Run, micro: readonly Batch[], result: StepResult): TrainEvent {
  const { options, plan, pace } = run;
  const epoch = plan.epochAfter(run.step);
  const rate = options.rate === undefined ? {} : { rate: at(options.rate, run.step) };
  run.step += 1;
  run.lossSum += result.loss;
  const { loss, metrics, gradNorm } = result;
  const samples = micro.reduce((sum, batch) => sum + sampleCount(batch), 0);
  return {
    type: "step-end",
    epoch,
    step: run.step,
    steps: plan.steps,
    loss,
    metrics,
    gradNorm,
    ...rate,
    ...pace.tick({ samples, stepsLeft: plan.steps - run.step }),
  };
}

const sampleCount = (batch: Batch): number => Object.values(batch)[0]?.shape[0] ?? 0;

async function* endEpoch(run: Run): AsyncGenerator<TrainEvent, void> {
  const { options, plan, pace, step } = run;
  const epoch = plan.epochAfter(step - 1);
  const metrics = await evaluateOrSave(run, epoch);
  if (metrics === "aborted") return yield* abort(run);
  const loss = run.lossSum / plan.stepsPerEpoch;
  const seconds = pace.seconds() - run.epochStart;
  run.lossSum = 0;
  run.epochStart = pace.seconds();
  yield { type: "epoch-end", epoch, step, loss, metrics, seconds };
  if (options.checkpoint) yield* save(run, metrics);
}

/** An evaluation that was aborted is made again by the run that goes on. */
async function evaluateOrSave(
  run: Run,
  epoch: number,
): Promise<Readonly<Record<string, number>> | "aborted"> {
  try {
    return (await run.options.evaluate?.({ epoch, step: run.step })) ?? {};
  } catch (error) {
    if (run.options.signal?.aborted) return "aborted";
    throw error;
  }
}

function isCheckpointDue(run: Run): boolean {
  const { everySteps = Infinity, everySeconds = Infinity } = run.options.checkpoint ?? {};
  return run.step - run.savedStep >= everySteps || run.pace.seconds() - run.savedAt >= everySeconds;
}

async function* save(
  run: Run,
  metrics: Readonly<Record<string, number>> = {},
): AsyncGenerator<TrainEvent, void> {
  const { options, plan, step, lossSum } = run;
  // An epoch whose end was not told yet is still the one in progress.
  const epoch = plan.epochAfter(lossSum !== 0 && plan.endsEpoch(step) ? step - 1 : step);
  const snapshot = await options.session.snapshot();
  await options.checkpoint?.save({ snapshot, step, epoch, lossSum, metrics });
  run.savedStep = step;
  run.savedAt = run.pace.seconds();
  yield { type: "checkpoint-saved", epoch, step };
}

async function* abort(run: Run): AsyncGenerator<TrainEvent, void> {
  const { options, step } = run;
  if (options.checkpoint) yield* save(run);
  throw new GraftError("aborted", `Training was stopped after step ${step}.`, {
    details: { step },
  });
}
