import { adamw } from "../optim/adamw.js";
import { decayToStart } from "../optim/decay-to-start.js";
import { withEma } from "../optim/ema.js";
import type { Optimizer, Schedule } from "../optim/optimizer.js";
import { cosineSchedule, linearSchedule, oneCycleSchedule, warmUp } from "../optim/schedule.js";
import type { FineTuneContext } from "./options.js";
import type { PhasePlan } from "./plan.js";

/** The phase's learning rate over its steps. */
export function phaseSchedule(
  { schedule, rate, warmup }: Pick<PhasePlan, "schedule" | "rate" | "warmup">,
  steps: number,
): Schedule {
  if (schedule === "one-cycle") return oneCycleSchedule({ peak: rate, steps, warmup });
  const climb = Math.min(Math.round(warmup * steps), steps - 1);
  const rest = { from: rate, steps: steps - climb };
  const after = {
    constant: rate,
    cosine: cosineSchedule(rest),
    linear: linearSchedule({ ...rest, to: 0 }),
  }[schedule];
  return climb === 0 ? after : warmUp({ steps: climb, schedule: after });
}

/** AdamW with what the options put around it. A new head has no start worth going back to. */
export function phaseOptimizer(
  { options }: FineTuneContext,
  { name, weightDecay }: PhasePlan,
  learningRate: Schedule,
): Optimizer {
  const plain = adamw({ learningRate, weightDecay });
  const pulled = options.decayToStart && name !== "head" ? decayToStart(plain) : plain;
  return options.ema ? withEma(pulled, options.ema) : pulled;
}
