import type { Snapshot } from "../engine.js";
import { GraftError } from "../errors.js";
import { emaWeights } from "../optim/ema.js";
import { plateauSchedule } from "../optim/plateau.js";
import { earlyStopping } from "./early-stopping.js";
import { type Run, rateFactorOf } from "./run.js";
import { abort, save } from "./save.js";
import { rateOf } from "./step-end.js";
import type { TrainEvent } from "./train-event.js";

type Metrics = Readonly<Record<string, number>>;

/** Evaluates, tells, lets the policies judge, and saves. */
export async function* endEpoch(run: Run): AsyncGenerator<TrainEvent, void> {
  const { plan, pace, step } = run;
  const epoch = plan.epochAfter(step - 1);
  const metrics = await evaluateOrSave(run, epoch);
  if (metrics === "aborted") return yield* abort(run);
  const loss = run.lossSum / plan.stepsPerEpoch;
  const seconds = pace.seconds() - run.epochStart;
  run.lossSum = 0;
  run.epochOpen = false;
  run.epochStart = pace.seconds();
  yield { type: "epoch-end", epoch, step, loss, metrics, seconds };
  yield* lowerRate(run, epoch, metrics);
  const snapshot = await keepBest(run, epoch, metrics);
  // Told before it is saved: a run that goes on from there has nothing left to tell.
  if (run.policies.stopping?.stopped) yield* tellStop(run, epoch);
  yield* save(run, { metrics, snapshot });
}

/** An evaluation that was aborted is made again by the run that goes on. */
async function evaluateOrSave(run: Run, epoch: number): Promise<Metrics | "aborted"> {
  try {
    return await evaluate(run, epoch);
  } catch (error) {
    if (run.options.signal?.aborted) return "aborted";
    throw error;
  }
}

async function evaluate({ options, step }: Run, epoch: number): Promise<Metrics> {
  const { session, averaged = false } = options;
  const metrics = async () => (await options.evaluate?.({ epoch, step })) ?? {};
  if (!averaged || !options.evaluate) return metrics();
  const snapshot = await session.snapshot();
  await session.restore({ ...snapshot, weights: emaWeights(snapshot) });
  try {
    return await metrics();
  } finally {
    await session.restore(snapshot);
  }
}

function* lowerRate(run: Run, epoch: number, metrics: Metrics): Generator<TrainEvent, void> {
  const { options, policies, step } = run;
  if (!options.plateau || !policies.plateau) return;
  const value = metricOf(metrics, options.plateau.metric);
  const plateau = plateauSchedule(options.plateau).next(policies.plateau, value);
  run.policies = { ...policies, plateau };
  if (plateau.factor === policies.plateau.factor) return;
  yield { type: "rate-lowered", epoch, step, rateFactor: rateFactorOf(run), ...rateOf(run) };
}

/** Returns the snapshot if it had to be taken. */
async function keepBest(run: Run, epoch: number, metrics: Metrics): Promise<Snapshot | undefined> {
  const { options, policies, step } = run;
  if (!options.earlyStopping || !policies.stopping) return undefined;
  const value = metricOf(metrics, options.earlyStopping.metric);
  const stopping = earlyStopping(options.earlyStopping).next(policies.stopping, {
    epoch,
    step,
    value,
  });
  run.policies = { ...policies, stopping };
  if (stopping.waited > 0) return undefined;
  const snapshot = await options.session.snapshot();
  run.best = learnedOf(run, snapshot);
  return snapshot;
}

/** What a run would end with: the weights or their running means, and the running statistics. */
export const learnedOf = (
  { options }: Run,
  snapshot: Snapshot,
): Pick<Snapshot, "weights" | "buffers"> => ({
  weights: options.averaged ? emaWeights(snapshot) : snapshot.weights,
  buffers: snapshot.buffers,
});

function metricOf(metrics: Metrics, name: string): number {
  const value = metrics[name];
  if (value !== undefined) return value;
  throw new GraftError(
    "config-invalid",
    `The evaluation gives no metric "${name}"; it gives ${Object.keys(metrics).join(", ") || "none"}.`,
    { details: { metric: name, metrics: Object.keys(metrics) } },
  );
}

function* tellStop({ options, policies, step }: Run, epoch: number): Generator<TrainEvent, void> {
  const { earlyStopping: choice } = options;
  const { stopping } = policies;
  if (!choice || !stopping) return;
  yield { type: "stopped-early", epoch, step, metric: choice.metric, waited: stopping.waited };
}
