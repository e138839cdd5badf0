import type { Json } from "@graft-ml/core";
import type { Direction, Parameters } from "@graft-ml/hpo";
import { z } from "zod";
import { jsonObject } from "../json.js";
import { dataCheck } from "../run/data-check.js";
import { trainOptions } from "../run/train-options.js";
import { kinds } from "../task/kinds.js";
import { type MetricName, metrics } from "../task/metrics.js";
import type { TaskName } from "../task/reading.js";

/** The options of a training that all trials have in common. */
const fixedOptions = trainOptions
  .partial()
  .required({ data: true, task: true, seed: true, device: true, validation: true });

export type FixedOptions = z.infer<typeof fixedOptions>;

/** What trials are: all that a process needs to train one on the same split. Plain JSON. */
export const trialTask = z.object({
  fixed: fixedOptions,
  /** How the data were split. */
  check: dataCheck,
  /** A hash of the samples and of what is to be said of them. */
  sha256: z.string(),
  /** Samples without answers that trials are scored by; null: by the validation samples. */
  target: z.object({ data: z.string(), sha256: z.string().nullable() }).nullable().default(null),
  /** Folder in which frozen features are kept, for all trials that start from the same ones. */
  features: z.string(),
  /** Folder in which trials that may go on by rounds are kept. */
  checkpoints: z.string(),
});

export type TrialTask = z.infer<typeof trialTask>;

export const samplers = ["grid", "random", "quasi", "tpe", "cma-es", "gp"] as const;

const count = z.int().min(1);

/** What makes a search the same search: its trials follow from it, and a folder holds one such. */
export const searchPlan = z.object({
  fixed: fixedOptions,
  /** Samples without answers that trials are scored by; null: by the validation samples. */
  target: z.string().nullable().default(null),
  /** Parameters by the names of their flags, as @graft-ml/hpo has them. */
  parameters: jsonObject as unknown as z.ZodType<Parameters & Json>,
  sampler: z.enum(samplers),
  /** As --pruner takes it: "none", "median", "percentile:25", "rounds", ... */
  pruner: z.string(),
  /** Epochs of a trial before it may be stopped; those of the first round. */
  minEpochs: count,
  seed: z.int().min(0),
  window: count,
});

export type SearchPlan = z.infer<typeof searchPlan>;

/** How much of it is done, and by whom: may be another each time. */
export const searchEffort = z.object({
  /** Null: of a grid all. */
  trials: count.nullable(),
  /** Seconds. */
  time: z.number().positive().optional(),
  workers: count,
  /** Of each trial's engine. */
  threads: count,
  /** Address of a Redis whose workers train, as many trials as the window holds. */
  queue: z.string().optional(),
  /** MiB a trial. */
  memory: z.number().positive().optional(),
  /** Whether the best is trained once more and kept. */
  retrain: z.boolean(),
});

export type SearchEffort = z.infer<typeof searchEffort>;

/** What trials are scored by. */
export function scoring({ fixed, target }: { fixed: { task: TaskName }; target: unknown }): {
  readonly metric: MetricName;
  readonly direction: Direction;
} {
  const metric = target === null ? kinds[fixed.task].metrics[0] : "information";
  return { metric, direction: metrics[metric].mode === "max" ? "maximize" : "minimize" };
}
