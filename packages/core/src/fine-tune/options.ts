import type { Source } from "../data/batch.js";
import type { Engine } from "../engine.js";
import type { CacheEvent } from "../features/feature-cache.js";
import type { FeatureStore } from "../features/feature-store.js";
import type { Model } from "../models/model.js";
import type { Json } from "../program.js";
import type { TrainCheckpoint } from "../train/train.js";
import type { TrainEvent } from "../train/train-event.js";
import type { FloatWeights } from "../weights/host-tensor.js";
import type { FineTunePlan } from "./plan.js";
import type { Task } from "./task.js";

/**
 * `probe` trains a new head on frozen features; `finetune` goes on from there with the stages after
 * `cut` unfrozen, all at once; `gradual` unfreezes them one by one from the top (arXiv 1801.06146);
 * `scratch` trains everything from random weights.
 */
export type Strategy = "probe" | "finetune" | "gradual" | "scratch";

/** `phase` names it: "head" trains the new last layer alone, "tail" what lies after the cut, "tail-1", "tail-2", ... when unfreezing gradually. */
export type FineTuneCheckpoint = TrainCheckpoint & { readonly phase: string };

/** How one phase is trained. */
export type PhaseOptions = {
  epochs?: number;
  /** Peak learning rate; it falls to 0 by a cosine. */
  rate?: number;
  /** AdamW's decoupled decay. */
  weightDecay?: number;
};

export type FineTuneOptions = {
  engine: Engine;
  /** With the new number of classes (`replaceHead`). */
  model: Model;
  /** The checkpoint's, whatever its head. Not needed from scratch. */
  weights?: FloatWeights;
  task: Task;
  /** The task's fields: inputs and targets. */
  train: Source;
  /** Scored after each epoch. Default: nothing is. */
  validation?: Source;
  /** Default "probe". */
  strategy?: Strategy;
  /** Last frozen stage when fine-tuning; null freezes none. Default: before the last sixth of the stages that have weights. */
  cut?: string | null;
  /**
   * Cached views of each training sample: 1 is the plain one, K are the augmentations of the
   * source's epochs 1 to K. "fresh" caches none and augments anew in every epoch, the frozen part
   * included; the head still trains on one plain view. Default 1.
   */
  views?: number | "fresh";
  /** Default 32, or all training samples if they are fewer. */
  batchSize?: number;
  /** Training of the new head. Default: 30 epochs, rate 3e-3, decay 0.05. */
  head?: PhaseOptions;
  /** Training after the cut, all its phases together. Default: 10 epochs, rate 3e-4, decay 0.05; from scratch 30 epochs, rate 1e-3. */
  tail?: PhaseOptions;
  /**
   * What unfrozen batch norm does in training: keep its running statistics, or use and move the
   * batch's. Default "frozen", from scratch "live".
   */
  batchNorm?: "frozen" | "live";
  /** Decides the head's start and the order of the batches. Default 0. */
  seed?: number;
  /** Where features are kept. Default: in memory, up to 2 GiB. */
  store?: FeatureStore;
  /** Says which samples these are and how they are augmented, for a store that outlives this run. */
  dataKey?: Json;
  signal?: AbortSignal;
  checkpoint?: {
    everySteps?: number;
    everySeconds?: number;
    save(checkpoint: FineTuneCheckpoint): Promise<void>;
  };
  /** A checkpoint of the same options: goes on to the same bytes. */
  resume?: FineTuneCheckpoint;
};

export type FineTuneEvent =
  | {
      readonly type: "phase-start" /** "features", or as in checkpoints. */;
      readonly phase: string;
    }
  | CacheEvent
  | (TrainEvent & { readonly phase: string });

export type FineTuned = {
  readonly model: Model;
  /** Every weight of the model by checkpoint key, running statistics included. */
  readonly weights: FloatWeights;
};

export type FineTuneEvents<T> = AsyncGenerator<FineTuneEvent, T>;

/** What the parts of a fine-tuning share. */
export type FineTuneContext = {
  readonly options: FineTuneOptions;
  readonly plan: FineTunePlan;
  readonly store: FeatureStore;
};
