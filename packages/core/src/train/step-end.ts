import type { Batch, StepResult } from "../engine.js";
import { at } from "../optim/optimizer.js";
import { watchLoss } from "./divergence-guard.js";
import { type Run, rateFactorOf } from "./run.js";
import type { TrainEvent } from "./train-event.js";

/** Counts an update and tells of it. */
export function stepEnd(run: Run, micro: readonly Batch[], result: StepResult): TrainEvent {
  const { plan, pace, policies } = run;
  const epoch = plan.epochAfter(run.step);
  const rate = rateOf(run);
  const { loss, metrics, gradNorm } = result;
  run.step += 1;
  run.lossSum += loss;
  run.epochOpen = true;
  if (policies.divergence) {
    run.policies = { ...policies, divergence: watchLoss(policies.divergence, loss) };
  }
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

/** The rate of the coming update, if it is known. */
export const rateOf = (run: Run): { rate?: number } => {
  const { rate } = run.options;
  return rate === undefined ? {} : { rate: at(rate, run.step) * rateFactorOf(run) };
};
