import { emaWeights } from "../optim/ema.js";
import { plateauSchedule } from "../optim/plateau.js";
import { divergenceStart } from "./divergence-guard.js";
import { earlyStopping } from "./early-stopping.js";
import { createPace, type Pace } from "./pace.js";
import { planSteps, type StepPlan } from "./step-plan.js";
import type { TrainCheckpoint, TrainOptions, TrainPoint, TrainProgress } from "./train-options.js";

/** Where a training stands. */
export type Run = {
  readonly options: TrainOptions;
  readonly plan: StepPlan;
  readonly pace: Pace;
  step: number;
  /** Over this epoch's steps so far. */
  lossSum: number;
  /** True from an update to the end of its epoch. */
  epochOpen: boolean;
  /** The states of the policies that there are. */
  policies: Policies;
  best: TrainCheckpoint["best"];
  /** Where a divergence goes back to. */
  rollback: TrainPoint | undefined;
  /** Seconds since the start, as is the one below. */
  epochStart: number;
  savedAt: number;
};

type Policies = Pick<TrainProgress, "plateau" | "stopping" | "divergence">;

/** Restores what the options go on from. Throws `config-invalid` for options that make no sense. */
export async function startRun(options: TrainOptions): Promise<Run> {
  const { batches, epochs, accumulate = 1, resume, session } = options;
  const { startStep = resume?.step ?? 0, startLossSum = resume?.lossSum ?? 0 } = options;
  const plan = planSteps({ batchesPerEpoch: batches.stepsPerEpoch, accumulate, epochs });
  const policies = startPolicies(options);
  if (resume) await session.restore(resume.snapshot);
  // Refused now, not after the first epoch.
  if (options.averaged) emaWeights(await session.snapshot());
  const run: Run = {
    options,
    plan,
    pace: createPace(),
    step: startStep,
    lossSum: startLossSum,
    epochOpen: startLossSum !== 0,
    policies,
    best: options.earlyStopping && resume?.best,
    rollback: resume?.rollback,
    epochStart: 0,
    savedAt: 0,
  };
  if (options.divergence && !run.rollback) {
    run.rollback = { ...progressOf(run), snapshot: await session.snapshot() };
  }
  return run;
}

function startPolicies(options: TrainOptions): Policies {
  const { resume, plateau, divergence } = options;
  const stopping = options.earlyStopping && earlyStopping(options.earlyStopping).start;
  return {
    ...(plateau && { plateau: resume?.plateau ?? plateauSchedule(plateau).start }),
    ...(stopping && { stopping: resume?.stopping ?? stopping }),
    ...(divergence && { divergence: resume?.divergence ?? divergenceStart }),
  };
}

export function progressOf(
  run: Run,
  metrics: Readonly<Record<string, number>> = {},
): TrainProgress {
  const { plan, step, lossSum, epochOpen, policies } = run;
  // An epoch whose end was not told yet is still the one in progress.
  const epoch = plan.epochAfter(epochOpen && plan.endsEpoch(step) ? step - 1 : step);
  return { step, epoch, lossSum, metrics, ...policies };
}

/** What the rate is multiplied by now. */
export const rateFactorOf = ({ policies: { plateau, divergence } }: Run): number =>
  (plateau?.factor ?? 1) * (divergence?.rateFactor ?? 1);
