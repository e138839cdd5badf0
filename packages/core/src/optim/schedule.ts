import { GraftError } from "../errors.js";
import { at, type Schedule } from "./optimizer.js";

/** Steps count from 0: the first update is made at `schedule(0)`. */
type Step = (step: number) => number;

/** From `from` to `to` in a straight line over `steps`, then `to`: torch's LinearLR and PolynomialLR(power 1). */
export function linearSchedule(options: { from: number; to: number; steps: number }): Step {
  const { from, to, steps } = options;
  requireSteps("linear", steps);
  return (step) => from + (to - from) * Math.min(step / steps, 1);
}

/** Half a cosine from `from` to `to` (default 0) over `steps`, then `to` (arXiv 1608.03983, eq. 5, without restarts). */
export function cosineSchedule(options: { from: number; to?: number; steps: number }): Step {
  const { from, to = 0, steps } = options;
  requireSteps("cosine", steps);
  return (step) => anneal(from, to, Math.min(step / steps, 1));
}

/**
 * One cycle (arXiv 1708.07120) as torch's OneCycleLR with its defaults: a cosine from peak / 25 up to
 * `peak` over the first `warmup` share of the steps, then down to peak / 25 / 10,000.
 */
export function oneCycleSchedule(options: {
  peak: number;
  steps: number;
  /** Share of the steps that climb. Default 0.3. */
  warmup?: number;
  /** The peak over the first rate. Default 25. */
  startDivisor?: number;
  /** The first rate over the last. Default 10,000. */
  endDivisor?: number;
}): Step {
  const { peak, steps, warmup = 0.3, startDivisor = 25, endDivisor = 1e4 } = options;
  requireSteps("oneCycle", steps);
  const start = peak / startDivisor;
  const top = Math.max(warmup * steps - 1, 0);
  return (step) => {
    if (step <= top) return top === 0 ? peak : anneal(start, peak, step / top);
    const share = Math.min((step - top) / (steps - 1 - top), 1);
    return anneal(peak, start / endDivisor, share);
  };
}

/** Climbs in a straight line from 0 over `steps` (the first update already makes a move), then `schedule`, counted from there. */
export function warmUp(options: { steps: number; schedule: Schedule }): Step {
  const { steps, schedule } = options;
  const target = at(schedule, 0);
  return (step) =>
    step < steps ? (target * (step + 1)) / (steps + 1) : at(schedule, step - steps);
}

/** One schedule after the other, each counted from its own start; `last` goes on for ever. */
export function inSequence(
  parts: readonly { steps: number; schedule: Schedule }[],
  last: Schedule,
): Step {
  return (step) => {
    let left = step;
    for (const { steps, schedule } of parts) {
      if (left < steps) return at(schedule, left);
      left -= steps;
    }
    return at(last, left);
  };
}

const anneal = (from: number, to: number, share: number): number =>
  to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2;

function requireSteps(name: string, steps: number): void {
  if (steps > 0) return;
  throw new GraftError(
    "config-invalid",
    `The schedule "${name}" has ${steps} steps; it needs one or more.`,
    {
      details: { schedule: name, steps },
    },
  );
}
