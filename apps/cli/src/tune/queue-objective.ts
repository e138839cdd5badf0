import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { GraftError } from "@graft-ml/core";
import type { WorkerObjective } from "@graft-ml/hpo/node";
import { z } from "zod";
import { devices } from "../command.js";
import { openTrials, type Trials } from "./open-trials.js";
import { type TrialTask, trialTask } from "./tuning.js";

/** What a worker has instead of what the search had. */
const here = z.object({
  /** The data, where they lie elsewhere. */
  data: z.string().nullable(),
  /** The target, where it lies elsewhere. */
  target: z.string().nullable(),
  /** Folder of the frozen features. */
  features: z.string(),
  /** Null: the search's. */
  device: z.enum(devices).nullable(),
});

export type Here = z.infer<typeof here>;

/** A task as a worker can do it. Throws `config-invalid` where it is none. */
export function taskHere(given: unknown, the: Here): TrialTask {
  const { data, features, device } = the;
  const { success, data: task, error } = trialTask.safeParse(given);
  if (!success) {
    throw new GraftError(
      "config-invalid",
      `The queue holds what is no task: ${z.prettifyError(error)}`,
    );
  }
  const fixed = {
    ...task.fixed,
    ...(data === null ? {} : { data }),
    ...(device ? { device } : {}),
  };
  const target = task.target && { ...task.target, data: the.target ?? task.target.data };
  const key = createHash("sha256").update(JSON.stringify(task)).digest("hex").slice(0, 16);
  const own = join(features, "checkpoints", key);
  const checkpoints = existsSync(task.checkpoints) ? task.checkpoints : own;
  return { ...task, fixed, target, features, checkpoints };
}

/** The module of the objective below; the address tells it what is here. */
export function queueObjective(the: Here): URL {
  const ending = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const module = new URL(`./queue-objective.${ending}`, import.meta.url);
  module.searchParams.set("here", JSON.stringify(the));
  return module;
}

let opened: { readonly key: string; readonly trials: Promise<Trials> } | undefined;

/** A trial of any search in the queue: what a worker's process runs. One search's engine and data are kept. */
export const objective: WorkerObjective = async (params, context) => {
  const key = JSON.stringify(context.task);
  if (opened?.key !== key) {
    const before = opened?.trials;
    opened = { key, trials: open(context.task, context.threads) };
    await (await before?.catch(() => undefined))?.close();
  }
  const { trials } = opened;
  // What could not be opened is tried again by the next trial.
  trials.catch(() => {
    opened = undefined;
  });
  return (await trials).objective(params, context);
};

function open(task: unknown, threads: number): Promise<Trials> {
  const given = here.parse(JSON.parse(new URL(import.meta.url).searchParams.get("here") ?? "{}"));
  return openTrials(taskHere(task, given), { threads });
}
