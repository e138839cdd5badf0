import type { TimeLeft } from "../studio.js";

/** Where a training of several phases stands. */
export type Pace = {
  readonly steps: number;
  readonly epochs: number;
  /** A phase begins; updates and epochs of it count from what the phases before have. */
  begin(phase: string): void;
  step(step: number): number;
  epoch(epoch: number): number;
  /** Later phases are taken to be as fast as this one. */
  left(step: number, secondsOfPhase: number): TimeLeft;
};

type Phase = { readonly name: string; readonly epochs: number };

/** Of the phases, each of which has epochs of so many updates. */
export function paceOf(phases: readonly Phase[], perEpoch: number): Pace {
  const sum = (some: readonly Phase[]) => some.reduce((all, { epochs }) => all + epochs, 0);
  const epochs = sum(phases);
  let at = 0;
  let secondsPerStep = 0;
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
    left: (step, secondsOfPhase) => {
      const stepsOfPhase = (phases[at]?.epochs ?? 0) * perEpoch - step;
      if (stepsOfPhase > 0) secondsPerStep = secondsOfPhase / stepsOfPhase;
      const later = sum(phases.slice(at + 1)) * perEpoch;
      return { seconds: secondsOfPhase + later * secondsPerStep, atLeast: later > 0 };
    },
  };
}
