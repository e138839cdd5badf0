import { GraftError } from "../errors.js";

/** How updates, micro-batches and epochs line up: an epoch's last update takes the batches that are left. */
export type StepPlan = {
  readonly stepsPerEpoch: number;
  /** Updates of the whole training. */
  readonly steps: number;
  /** Batches taken before this many updates were made. */
  batchesBefore(step: number): number;
  /** Epoch, from 1, of the update that comes after this many. */
  epochAfter(step: number): number;
  /** True when this many updates end an epoch. */
  endsEpoch(step: number): boolean;
};

export function planSteps(input: {
  batchesPerEpoch: number;
  accumulate: number;
  epochs: number;
}): StepPlan {
  const { batchesPerEpoch, accumulate, epochs } = input;
  requireCount("accumulate", accumulate, 1);
  requireCount("epochs", epochs, 0);
  const stepsPerEpoch = Math.ceil(batchesPerEpoch / accumulate);
  return {
    stepsPerEpoch,
    steps: stepsPerEpoch * epochs,
    batchesBefore: (step) =>
      Math.floor(step / stepsPerEpoch) * batchesPerEpoch + (step % stepsPerEpoch) * accumulate,
    epochAfter: (step) => Math.floor(step / stepsPerEpoch) + 1,
    endsEpoch: (step) => step > 0 && step % stepsPerEpoch === 0,
  };
}

function requireCount(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new GraftError(
    "config-invalid",
    `"${name}" is ${value}; it must be a whole number from ${least}.`,
    { details: { option: name, value } },
  );
}
