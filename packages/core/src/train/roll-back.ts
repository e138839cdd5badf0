import { GraftError, isGraftError } from "../errors.js";
import { divergenceStart, hasExploded } from "./divergence-guard.js";
import { type Run, rateFactorOf } from "./run.js";
import { rateOf } from "./step-end.js";
import type { TrainEvent } from "./train-event.js";

/**
 * True for an error that going back at a lower rate may help. Where no update was made since the last
 * good place, the same weights would meet the same batch again, whatever the rate.
 */
export const isDivergence = (run: Run, error: unknown): error is GraftError =>
  run.options.divergence !== undefined &&
  run.step > (run.rollback?.step ?? 0) &&
  (isGraftError(error, "loss-not-finite") || isGraftError(error, "training-diverged"));

/** Throws `training-diverged` after an update whose loss has exploded. */
export function requireNoExplosion({ options, policies: { divergence }, step }: Run): void {
  if (!divergence || !hasExploded(divergence, options.divergence)) return;
  throw new GraftError(
    "training-diverged",
    `The loss exploded at step ${step}: it is many times the ${divergence.level.toPrecision(4)} that it started from.`,
    { details: { step, level: divergence.level } },
  );
}

/** Goes back to the last good place with a lower rate. Throws `training-diverged` after too many tries. */
export async function rollBack(run: Run, error: GraftError): Promise<TrainEvent> {
  const { options, policies, rollback, step } = run;
  const { factor = 0.5, tries = 4 } = options.divergence ?? {};
  const { divergence = divergenceStart } = policies;
  if (rollback === undefined || divergence.tries >= tries) throw givenUp(run, error);
  await options.session.restore(rollback.snapshot);
  const { plateau, stopping } = rollback;
  run.step = rollback.step;
  run.lossSum = rollback.lossSum;
  run.epochOpen = rollback.lossSum !== 0;
  run.policies = {
    ...(plateau && { plateau }),
    // The best epoch stays the best, though it lie ahead now.
    ...(stopping &&
      policies.stopping && { stopping: { ...policies.stopping, waited: stopping.waited } }),
    divergence: {
      ...(rollback.divergence ?? divergenceStart),
      tries: divergence.tries + 1,
      rateFactor: divergence.rateFactor * factor,
    },
  };
  return {
    type: "rolled-back",
    step,
    to: run.step,
    rateFactor: rateFactorOf(run),
    ...rateOf(run),
    attempt: divergence.tries + 1,
    tries,
    reason: error.message,
  };
}

function givenUp(run: Run, error: GraftError): GraftError {
  const tries = run.policies.divergence?.tries ?? 0;
  return new GraftError(
    "training-diverged",
    `Training diverged ${tries + 1} times, at last at ${rateFactorOf(run)} of its learning rate, and was given up. Start from a rate ten times lower, or look at the data. The last time: ${error.message}`,
    { details: { ...error.details, tries, rateFactor: rateFactorOf(run) }, cause: error },
  );
}
