import { existsSync } from "node:fs";
import { type Engine, type PhaseSummary, phaseSummaries, type TrainableRow } from "@graft-ml/core";
import { writeFileAtomic } from "@graft-ml/core/node";
import { z } from "zod";
import { readJson } from "../files.js";
import { classifierOptions } from "./classifier-options.js";
import type { Prepared } from "./prepare.js";
import { strategies, type TrainOptions } from "./train-options.js";

const bytes = z.object({ weights: z.number(), gradients: z.number(), state: z.number() });

/** What a stage, or all of the network, takes to train. */
const row = z.object({
  name: z.string(),
  parameters: z.int(),
  trainable: z.int(),
  frozen: z.int(),
  bytes,
}) satisfies z.ZodType<TrainableRow>;

const phase = z.object({
  phase: z.string(),
  epochs: z.int(),
  /** Updates in all. */
  steps: z.int(),
  /** Peak; "find": by a range test when the training begins. */
  rate: z.union([z.number(), z.literal("find")]),
  schedule: z.string(),
  /** Last frozen stage; null: nothing is frozen. */
  cut: z.string().nullable(),
  stages: z.array(row),
  total: row,
  /** Of what is held while it trains: without the stages whose features are kept. Activations come on top. */
  memory: bytes,
});

const plan = z.object({
  strategy: z.enum(strategies),
  samples: z.object({ train: z.int(), validation: z.int(), test: z.int() }),
  batchSize: z.int(),
  phases: z.array(phase),
});

/** What a training will do, phase by phase, before it does it: a run's plan.json. */
export type TrainingPlan = z.infer<typeof plan>;
export type PlannedPhase = TrainingPlan["phases"][number];

/** Throws what `planFineTune` throws. */
export function planOf(options: TrainOptions, prepared: Prepared, engine: Engine): TrainingPlan {
  const { train, validation, test } = prepared.dataset;
  const { strategy, views, accumulate } = options;
  const training = classifierOptions(options, prepared, engine);
  // Of a text that is cut into several windows each is one.
  const size = training.train.size;
  const batchSize = Math.min(options.batchSize, size);
  const drawn = training.sampler?.size ?? size;
  const perEpoch = Math.ceil(Math.ceil(drawn / batchSize) / accumulate);
  const summaries = phaseSummaries(training);
  return {
    strategy,
    samples: { train: train.length, validation: validation.length, test: test.length },
    batchSize,
    phases: summaries.map((one, i) => ({
      phase: one.name,
      epochs: one.epochs,
      steps: one.epochs * perEpoch,
      rate: isLookedFor(options, i === summaries.length - 1) ? "find" : one.rate,
      schedule: one.schedule,
      cut: one.cut ?? null,
      stages: [...one.summary.stages],
      total: one.summary.total,
      memory: held(one, { fromFeatures: views !== "fresh" || one.name === "head" }),
    })),
  };
}

const isLookedFor = ({ lr, headLr }: TrainOptions, isLast: boolean): boolean =>
  (isLast ? lr : headLr) === "find";

/** Where features stand in for what is frozen, its weights are not there. */
function held({ cut, summary }: PhaseSummary, { fromFeatures }: { fromFeatures: boolean }) {
  const { stages, total } = summary;
  const first = stages.findIndex(({ trainable }) => trainable > 0);
  if (!fromFeatures || cut === undefined) return total.bytes;
  const weights = stages.slice(first).reduce((sum, stage) => sum + stage.bytes.weights, 0);
  return { ...total.bytes, weights };
}

export const savePlan = (path: string, one: TrainingPlan): Promise<void> =>
  writeFileAtomic(path, `${JSON.stringify(one, null, 2)}\n`);

/** Undefined where the run was made before plans were kept. Throws `run-invalid`. */
export const readPlan = async (path: string): Promise<TrainingPlan | undefined> =>
  existsSync(path) ? readJson(path, plan, "run-invalid") : undefined;
