import { resolve } from "node:path";
import { GraftError, usualOptions } from "@graft-ml/core";
import { z } from "zod";
import { devices } from "../command.js";
import { taskNames } from "../task/reading.js";

export const strategies = ["probe", "finetune", "gradual", "scratch", "few-shot"] as const;
export const shotsHeads = ["discriminant", "prototype", "cosine"] as const;
const count = z.int().min(1);
const above0 = z.number().positive();
/** "find": by a range test when the training begins. */
const rate = z.union([above0, z.literal("find")]);
export const learners = ["all", "biases", "norms", "adapters"] as const;
export const schedules = ["cosine", "linear", "one-cycle", "constant"] as const;
export const balances = ["none", "weights", "sampling"] as const;
export const augmentations = ["basic", "rand"] as const;
export const precisions = ["float32", "float16"] as const;

/** Every choice of a training, as a run's config.json holds it and `--config` may give it in part. */
export const trainOptions = z.strictObject({
  /** Whole path of the folder or table. */
  data: z.string(),
  /** What is learned of what. */
  task: z.enum(taskNames),
  /** A table's columns of texts, of the second texts of pairs, and of their answers; null: what they look like decides. */
  text: z.string().nullable(),
  pair: z.string().nullable(),
  label: z.string().nullable(),
  /** Tokens of a text at most; null: 128 (qa 384), or what the network takes. */
  maxLength: count.nullable(),
  /** A CSV's columns of numbers to predict; null: value. */
  targets: z.array(z.string().min(1)).min(1).nullable(),
  /** A name of the zoo, or the whole path of a model or run folder. */
  backbone: z.string(),
  strategy: z.enum(strategies),
  /** What "few-shot" fits. */
  shotsHead: z.enum(shotsHeads),
  /** Last frozen stage in the end; null: the package's choice. */
  cut: z.string().nullable(),
  /** Views of each training picture whose features are cached; "fresh" augments anew in every epoch. */
  views: z.union([count, z.literal("fresh")]),
  /** What views differ by: a crop and a flip, or RandAugment on top. */
  augment: z.enum(augmentations),
  /** How cached features are kept. */
  features: z.enum(precisions),
  /** Which weights after the cut learn, besides the head; adapters are of this rank. */
  learners: z.enum(learners),
  rank: count,
  batchSize: count,
  /** Batches an update. */
  accumulate: count,
  /** Of the last phase; unfreezing gradually, of all phases after the head. */
  epochs: count,
  /** Null: `fineTune` chooses it by the number of samples. */
  lr: rate.nullable(),
  /** Of the head, before a fine-tune. */
  headEpochs: z.int().min(0),
  headLr: rate,
  schedule: z.enum(schedules),
  /** Share of the steps that climb to the peak rate; null: the schedule's own. */
  warmup: z.number().min(0).max(1).nullable(),
  /** From one block to the one below it. */
  layerDecay: z.number().positive().max(1),
  weightDecay: z.number().min(0),
  /** The decay pulls towards the backbone's weights and not towards 0. */
  decayToStart: z.boolean(),
  clipNorm: above0.nullable(),
  /** Decay of the running mean of the weights; null: the last weights count. */
  ema: z.number().min(0).lt(1).nullable(),
  /** Epochs without a better validation accuracy before a phase ends; null: it runs to its end. */
  patience: z.int().min(0).nullable(),
  /** Alpha of each; null: not done. */
  mixup: above0.nullable(),
  cutmix: above0.nullable(),
  /** How rare classes are made to count as much as common ones. */
  balance: z.enum(balances),
  labelSmoothing: z.number().min(0).max(1),
  /** Share of each class set apart where the data has no val folder. */
  validation: z.number().min(0).max(0.9),
  /** Copies may lie on both sides of a split, and pictures that a later part knows stay in. */
  keepDuplicates: z.boolean(),
  /** A regular expression: file names that agree in what it finds are of one group, which no split parts; null: only a CSV tells groups. */
  groupBy: z.string().nullable(),
  /** Trainings to score every picture by one that did not see it; null: one split. */
  folds: z.int().min(2).nullable(),
  /** The run or model whose weights and known classes it begins with; null: the backbone's, and a new head. */
  warmStart: z.string().nullable(),
  /** Share of the accepted validation pictures that is to be right; null: it never says "none of these". */
  reject: z.number().gt(0).lt(1).nullable(),
  seed: z.int().min(0),
  device: z.enum(devices),
  strict: z.boolean(),
  /** Steps and seconds between two checkpoints, besides those at the ends of epochs; null: by the clock alone. */
  saveEvery: count.nullable(),
  saveSeconds: above0,
  /** Newest checkpoints of each phase that stay, besides the best. */
  keep: count,
});

export type TrainOptions = z.infer<typeof trainOptions>;
/** What a person gave, on the command line or in a file. */
export type GivenOptions = { readonly [K in keyof TrainOptions]?: TrainOptions[K] | undefined };

/** Flags win over the file, the file over the defaults. Throws `usage` when the data is not named. */
export function resolveOptions(
  flags: GivenOptions,
  file: GivenOptions,
  defaultBackbone: () => string,
): TrainOptions {
  const given = { ...defined(file), ...defined(flags) };
  const { data, task = "image", strategy = "finetune" } = given;
  if (data === undefined)
    throw new GraftError(
      "usage",
      'Which pictures or texts? Name DATA, or give "data" in --config.',
    );
  if (strategy === "few-shot" && given.lr === "find") {
    throw new GraftError("usage", "--lr find is for training by steps; few-shot has no rate.");
  }
  return {
    ...usualOptions({ task, strategy }),
    ...(given.lr === "find" ? { headLr: "find" } : {}),
    // Whether to say "none of these" is learned from pictures that were set apart.
    ...(given.reject ? { validation: 0.2 } : {}),
    ...given,
    task,
    strategy,
    data: resolve(data),
    backbone: given.backbone ?? given.warmStart ?? defaultBackbone(),
  };
}

const defined = (given: GivenOptions): Partial<TrainOptions> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
