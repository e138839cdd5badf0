import { resolve } from "node:path";
import { GraftError } from "@graft-ml/core";
import { z } from "zod";
import { devices } from "./command.js";

export const strategies = ["probe", "finetune", "gradual", "scratch"] as const;
const count = z.int().min(1);
const above0 = z.number().positive();

/** Every choice of a training, as a run's config.json holds it and `--config` may give it in part. */
export const trainOptions = z.strictObject({
  /** Whole path of the folder or CSV. */
  data: z.string(),
  task: z.literal("image"),
  /** A name of the zoo, or the whole path of a model or run folder. */
  backbone: z.string(),
  strategy: z.enum(strategies),
  /** Last frozen stage in the end; null: the package's choice. */
  cut: z.string().nullable(),
  /** Views of each training picture whose features are cached; "fresh" augments anew in every epoch. */
  views: z.union([count, z.literal("fresh")]),
  batchSize: count,
  /** Of the last phase; unfreezing gradually, of all phases after the head. */
  epochs: count,
  lr: above0,
  /** Of the head, before a fine-tune. */
  headEpochs: count,
  headLr: above0,
  weightDecay: z.number().min(0),
  labelSmoothing: z.number().min(0).max(1),
  /** Share of each class set apart where the data has no val folder. */
  validation: z.number().min(0).max(0.9),
  seed: z.int().min(0),
  device: z.enum(devices),
  strict: z.boolean(),
});

export type TrainOptions = z.infer<typeof trainOptions>;
/** What a person gave, on the command line or in a file. */
export type GivenOptions = { readonly [K in keyof TrainOptions]?: TrainOptions[K] | undefined };

const byStrategy = {
  probe: { epochs: 30, lr: 3e-3 },
  finetune: { epochs: 10, lr: 1e-4 },
  gradual: { epochs: 10, lr: 1e-4 },
  scratch: { epochs: 30, lr: 1e-3 },
} as const;

/** Flags win over the file, the file over the defaults. Throws `usage` when the data is not named. */
export function resolveOptions(
  flags: GivenOptions,
  file: GivenOptions,
  defaultBackbone: () => string,
): TrainOptions {
  const given = { ...defined(file), ...defined(flags) };
  const { data, strategy = "probe" } = given;
  if (data === undefined)
    throw new GraftError("usage", 'Which pictures? Name DATA, or give "data" in --config.');
  return {
    task: "image",
    cut: null,
    views: 1,
    batchSize: 32,
    headEpochs: byStrategy.probe.epochs,
    headLr: byStrategy.probe.lr,
    weightDecay: 0.05,
    labelSmoothing: 0,
    validation: 0.2,
    seed: 0,
    device: "auto",
    strict: false,
    ...byStrategy[strategy],
    ...given,
    strategy,
    data: resolve(data),
    backbone: given.backbone ?? defaultBackbone(),
  };
}

const defined = (given: GivenOptions): Partial<TrainOptions> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
