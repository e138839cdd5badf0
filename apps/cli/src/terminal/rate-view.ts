import { precise } from "../report/numbers.js";
import type { RateEvent } from "../run/find-rates.js";
import type { Progress } from "./progress.js";

type Chosen = Extract<RateEvent, { type: "rate-chosen" }>;
type Step = Extract<RateEvent, { type: "lr-find-step" }>;

const named = (phase: string): string => (phase === "head" ? "the head" : "tuning");

/** Which rate was taken, and why. */
export const rateLine = ({ phase, rate, chosen, points }: Chosen): string =>
  chosen === "valley"
    ? `Learning rate of ${named(phase)}: ${precise(rate)}, found by a test of ${points} rates`
    : `Learning rate of ${named(phase)}: ${precise(rate)}, the default, since the loss fell at none of ${points} rates`;

export const rateProgress = ({ phase, step, steps, rate, loss }: Step): Progress => ({
  label: `rates for ${named(phase)}`,
  done: step,
  total: steps,
  detail: `rate ${precise(rate)}, loss ${loss.toFixed(4)}`,
});
