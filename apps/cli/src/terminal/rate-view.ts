import { precise } from "../report/numbers.js";
import type { RateEvent } from "../run/find-rates.js";
import type { KeptRate } from "../run/rates-file.js";
import type { Progress } from "./progress.js";
import { table } from "./table.js";

type Chosen = Extract<RateEvent, { type: "rate-chosen" }>;
type Step = Extract<RateEvent, { type: "lr-find-step" }>;

const named = (phase: string): string => (phase === "head" ? "the head" : "tuning");

/** What range tests found, a line a phase. */
export const ratesText = (rates: readonly Omit<KeptRate, "curve">[]): string =>
  table([
    ["phase", "learning rate", "falls fastest at", "the loss"],
    ...rates.map(({ phase, rate, chosen, suggestion, reason }) => [
      phase,
      precise(rate),
      suggestion ? precise(suggestion.steepest) : "—",
      `${chosen === "valley" ? "falls" : "never falls, so this is the default"}${reason === "diverged" ? ", then takes off" : ""}`,
    ]),
  ]);

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
