import { createHash } from "node:crypto";
import type { RoundPlace } from "@graft-ml/hpo";
import type { TrainOptions } from "../run/train-options.js";
import { version } from "../run/versions.js";
import { findTrial, forgetBefore, keepTrial, type StoppedTraining } from "./trial-checkpoints.js";
import type { TrialTask } from "./tuning.js";

/** A part of a training, in epochs of those that --epochs counts. */
export type Stretch = {
  /** What the stretch before ended with. */
  readonly begun: number;
  /** What this one ends with. */
  readonly upTo: number;
  /** Whether that is the training's end. */
  readonly isLast: boolean;
  /** Where the one before ended; undefined: the training begins anew. */
  readonly from: StoppedTraining | undefined;
  /** Keeps where this one ends. */
  keep(stopped: StoppedTraining): Promise<void>;
};

type Training = {
  readonly task: TrialTask;
  readonly options: TrainOptions;
  readonly note: ((text: string) => void) | undefined;
};

/** A round's stretch of a training. Where the one before can't be gone on from is noted with its reason. */
export async function stretchOf(
  { resource, begun, origin }: RoundPlace,
  { task, options, note }: Training,
): Promise<Stretch> {
  const { checkpoints } = task;
  const key = keyOf(task, options);
  // Earlier rounds are over for everybody.
  await forgetBefore(checkpoints, begun);
  const found =
    begun > 0 ? await findTrial(checkpoints, { origin, epochs: begun, key }) : undefined;
  if (found && "reason" in found) note?.(found.reason);
  return {
    begun,
    upTo: resource,
    isLast: resource >= options.epochs,
    from: found && "stopped" in found ? found.stopped : undefined,
    keep: (stopped) => keepTrial(checkpoints, { origin, epochs: resource, key }, stopped),
  };
}

/** What a training follows from, wherever its data lie. */
function keyOf(task: TrialTask, { data: _, device: __, ...options }: TrainOptions): string {
  const told = [version, task.sha256, task.target?.sha256 ?? null, Object.entries(options).sort()];
  return createHash("sha256").update(JSON.stringify(told)).digest("hex");
}
