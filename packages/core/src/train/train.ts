import type { Batch } from "../engine.js";
import { GraftError } from "../errors.js";
import { mapWeights } from "../tree.js";
import { endEpoch, learnedOf } from "./end-epoch.js";
import { isDivergence, requireNoExplosion, rollBack } from "./roll-back.js";
import { type Run, rateFactorOf, startRun } from "./run.js";
import { abort, isCheckpointDue, save } from "./save.js";
import { stepEnd } from "./step-end.js";
import type { TrainEvent } from "./train-event.js";
import type { TrainOptions } from "./train-options.js";

export type { TrainCheckpoint, TrainOptions } from "./train-options.js";

/**
 * Trains, telling an event a step and an epoch. Same seed, data and start: same bytes, whether or not
 * the run was cut in between. Throws `loss-not-finite`, or `training-diverged` where it went back and
 * gave up, and `aborted`; frees nothing of the caller's.
 */
export async function* train(options: TrainOptions): AsyncGenerator<TrainEvent, void> {
  const { epochs } = options;
  const run = await startRun(options);
  const { stepsPerEpoch, steps } = run.plan;
  yield { type: "train-start", epochs, stepsPerEpoch, steps, startStep: run.step };
  let feed = openFeed(run);
  try {
    while (!isDone(run)) {
      const diverged = yield* turn(run, feed);
      if (!diverged) continue;
      await feed.return?.();
      yield await rollBack(run, diverged);
      feed = openFeed(run);
    }
  } finally {
    await feed.return?.();
  }
  yield* finish(run);
  yield { type: "train-end", epochs, step: run.step, seconds: run.pace.seconds() };
}

type Feed = AsyncIterator<{ batch: Batch }>;

const openFeed = ({ options, plan, step }: Run): Feed =>
  options.batches.from(plan.batchesBefore(step))[Symbol.asyncIterator]();

/** An epoch whose end is still to be told: a run may have been aborted before its evaluation. */
const isEpochOver = ({ plan, step, epochOpen }: Run): boolean => epochOpen && plan.endsEpoch(step);

const isDone = (run: Run): boolean =>
  !isEpochOver(run) && (run.step >= run.plan.steps || run.policies.stopping?.stopped === true);

/** One update and what follows it. Returns the error of a divergence that can be rolled back. */
async function* turn(run: Run, feed: Feed): AsyncGenerator<TrainEvent, GraftError | undefined> {
  try {
    if (!isEpochOver(run)) {
      if (run.options.signal?.aborted) yield* abort(run);
      yield await update(run, feed);
      requireNoExplosion(run);
    }
    if (isEpochOver(run)) yield* endEpoch(run);
    else if (isCheckpointDue(run)) yield* save(run);
    return undefined;
  } catch (error) {
    if (isDivergence(run, error)) return error;
    throw error;
  }
}

async function update(run: Run, feed: Feed): Promise<TrainEvent> {
  const { plan, step, options } = run;
  const { session, program, clipNorm } = options;
  const micro = await take(feed, plan.batchesBefore(step + 1) - plan.batchesBefore(step));
  const rateFactor = rateFactorOf(run);
  const result = await session.step(program, micro, {
    ...(clipNorm === undefined ? {} : { clipNorm }),
    ...(rateFactor === 1 ? {} : { rateFactor }),
  });
  return stepEnd(run, micro, result);
}

async function take(feed: Feed, count: number): Promise<readonly Batch[]> {
  const taken: Batch[] = [];
  while (taken.length < count) {
    const { done, value } = await feed.next();
    if (done) throw new GraftError("dataset-empty", "The batches ended; they must go on for ever.");
    taken.push(value.batch);
  }
  return taken;
}

/** Leaves the session with the best epoch's weights or the running means, where these were asked for. */
async function* finish(run: Run): AsyncGenerator<TrainEvent, void> {
  const { options, policies, best } = run;
  if (!best && !options.averaged) return;
  const snapshot = await options.session.snapshot();
  const { optimizer } = snapshot;
  // The optimizer's state belongs to other weights: it starts anew.
  const state = mapWeights(optimizer?.state ?? {}, (arrays) =>
    mapWeights(arrays, (array) => ({ ...array, data: new Float32Array(array.data.length) })),
  );
  await options.session.restore({
    ...snapshot,
    ...(best ?? learnedOf(run, snapshot)),
    optimizer: optimizer && { ...optimizer, state },
  });
  const { stopping } = policies;
  if (!best || !options.earlyStopping || stopping?.best == null) return;
  const { metric } = options.earlyStopping;
  const { bestEpoch: epoch, bestStep: step, best: value } = stopping;
  yield { type: "best-restored", epoch, step, metric, value };
}
