import { type FineTuneOptions, type PhaseSummary, phaseSummaries } from "@graft-ml/core";

/** Where a training of several phases stands. */
export type Pace = {
  readonly steps: number;
  readonly epochs: number;
  /** A phase begins; updates and epochs of it count from what the phases before have. */
  begin(phase: string): void;
  step(step: number): number;
  epoch(epoch: number): number;
  /** What is left, where this phase's own says it: later ones may go at another pace. */
  secondsLeft(ofPhase: number): number | undefined;
};

export function paceOf(options: FineTuneOptions): Pace {
  const phases = phaseSummaries(options).filter(({ epochs }) => epochs > 0);
  const size = options.sampler?.size ?? options.train.size;
  const batch = Math.min(options.batchSize ?? 32, options.train.size);
  const perEpoch = Math.ceil(size / batch);
  const sum = (some: readonly PhaseSummary[]) => some.reduce((all, { epochs }) => all + epochs, 0);
  const epochs = sum(phases);
  let at = 0;
  const before = () => sum(phases.slice(0, at));
  return {
    epochs,
    steps: epochs * perEpoch,
    begin: (phase) => {
      at = Math.max(
        0,
        phases.findIndex(({ name }) => name === phase),
      );
    },
    step: (step) => before() * perEpoch + step,
    epoch: (epoch) => before() + epoch,
    secondsLeft: (ofPhase) => (at === phases.length - 1 ? ofPhase : undefined),
  };
}
