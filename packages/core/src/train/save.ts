import type { Snapshot } from "../engine.js";
import { GraftError } from "../errors.js";
import { progressOf, type Run } from "./run.js";
import type { TrainEvent } from "./train-event.js";
import type { TrainPoint } from "./train-options.js";

/** True after an update that a checkpoint should follow. */
export function isCheckpointDue(run: Run): boolean {
  const { everySeconds = Infinity } = run.options.checkpoint ?? {};
  return isRegular(run) || run.pace.seconds() - run.savedAt >= everySeconds;
}

/** Steps at which the clock has no say, so that a run that is repeated rolls back to the same ones. */
function isRegular({ step, epochOpen, plan, options }: Run): boolean {
  const { everySteps = Infinity } = options.checkpoint ?? {};
  return plan.endsEpoch(step) ? !epochOpen : step % everySteps === 0;
}

/** Saves a checkpoint, and notes it as the place to roll back to where it is regular and all is well. */
export async function* save(
  run: Run,
  given: { snapshot?: Snapshot | undefined; metrics?: Readonly<Record<string, number>> } = {},
): AsyncGenerator<TrainEvent, void> {
  const { options, policies, best } = run;
  if (!options.checkpoint && !options.divergence) return;
  const snapshot = given.snapshot ?? (await options.session.snapshot());
  const point: TrainPoint = { ...progressOf(run, given.metrics), snapshot };
  if (policies.divergence?.settled && isRegular(run)) run.rollback = point;
  if (!options.checkpoint) return;
  const elsewhere = run.rollback !== point && run.rollback;
  await options.checkpoint.save({
    ...point,
    ...(best && { best }),
    ...(elsewhere && { rollback: elsewhere }),
  });
  run.savedAt = run.pace.seconds();
  yield { type: "checkpoint-saved", epoch: point.epoch, step: point.step };
}

export async function* abort(run: Run): AsyncGenerator<TrainEvent, void> {
  const { options, step } = run;
  if (options.checkpoint) yield* save(run);
  throw new GraftError("aborted", `Training was stopped after step ${step}.`, {
    details: { step },
  });
}
