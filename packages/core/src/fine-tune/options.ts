import type { Source } from "../data/batch.js";
import type { MixingOptions } from "../data/mixed-batches.js";
import type { Sampler } from "../data/sampler.js";
import type { Engine } from "../engine.js";
import type { CacheEvent } from "../features/feature-cache.js";
import type { FeatureStore } from "../features/feature-store.js";
import type { FewShotHead } from "../few-shot/few-shot-head.js";
import type { LoraOptions } from "../models/lora.js";
import type { Model } from "../models/model.js";
import type { EmaOptions } from "../optim/ema.js";
import type { Json } from "../program.js";
import type { DivergenceOptions } from "../train/divergence-guard.js";
import type { EarlyStoppingOptions } from "../train/early-stopping.js";
import type { TrainCheckpoint } from "../train/train.js";
import type { TrainEvent } from "../train/train-event.js";
import type { FloatWeights } from "../weights/host-tensor.js";
import type { FineTunePlan } from "./plan.js";
import type { Task } from "./task.js";

/**
 * `probe` trains a new head on frozen features; `finetune` goes on from there with the stages after
 * `cut` unfrozen, all at once; `gradual` unfreezes them one by one from the top (arXiv 1801.06146);
 * `scratch` trains everything from random weights; `few-shot` fits a head in closed form, without a
 * step of training, for a few samples a class.
 */
export type Strategy = "probe" | "finetune" | "gradual" | "scratch" | "few-shot";

/**
 * `discriminant`: linear discriminant analysis with a shrunk covariance; `prototype`: the nearest class
 * mean; both are plain linear heads. `cosine`: the nearest mean direction, which adds a stage to the
 * model (`addCosineHead`).
 */
export type ShotsHead = "discriminant" | "prototype" | "cosine";

/** `phase` names it: "head" trains the new last layer alone, "tail" what lies after the cut, "tail-1", "tail-2", ... when unfreezing gradually. */
export type FineTuneCheckpoint = TrainCheckpoint & { readonly phase: string };

/** How one phase is trained. */
export type PhaseOptions = {
  epochs?: number;
  /** Peak learning rate. */
  rate?: number;
  /**
   * How the rate goes: from the peak to 0 along a cosine or a line; up and down again (arXiv 1708.07120);
   * or not at all. Default "cosine".
   */
  schedule?: "cosine" | "linear" | "one-cycle" | "constant";
  /** Share of the steps in which the rate climbs to its peak first. Default 0, one-cycle 0.3. */
  warmup?: number;
  /** AdamW's decoupled decay. */
  weightDecay?: number;
  /** What the rate is multiplied by from one block to the one below it (arXiv 1801.06146). Default 1. */
  layerDecay?: number;
};

/**
 * Which of the weights after the cut learn: all; biases or norms, and the head; or adapters of this rank
 * beside the layers, and the head.
 */
export type Learners = "all" | "biases" | "norms" | Omit<LoraOptions, "from">;

export type FineTuneOptions = {
  engine: Engine;
  /** With the new number of classes (`replaceHead`). */
  model: Model;
  /** The checkpoint's, whatever its head. Not needed from scratch. */
  weights?: FloatWeights;
  /** Begins with the head that the weights have, such as `warmHead`'s, and not with a new one. Default false. */
  keepHead?: boolean;
  task: Task;
  /** The task's fields: inputs and targets. */
  train: Source;
  /** Scored after each epoch. Default: nothing is. */
  validation?: Source;
  /** Default "finetune". */
  strategy?: Strategy;
  /** What "few-shot" fits. Default "discriminant". */
  shotsHead?: ShotsHead;
  /**
   * Last frozen stage when fine-tuning; null freezes none. Default: before the last sixth of the stages that
   * have weights; where "finetune" has 40 training samples an output or more, after its head it opens all
   * stages, one by one from the top.
   */
  cut?: string | null;
  /**
   * Cached views of each training sample: 1 is the plain one, K are the augmentations of the
   * source's epochs 1 to K. "fresh" caches none and augments anew in every epoch, the frozen part
   * included; the head still trains on one plain view. "none" caches nothing at all: the head, too,
   * trains on the samples themselves, such as texts whose features would take too much room. Default 1.
   */
  views?: number | "fresh" | "none";
  /** Default 32, or all training samples if they are fewer. */
  batchSize?: number;
  /** Training of the new head; with 0 epochs it learns together with the tail from the start. Default: 30 epochs, rate 3e-3, decay 0.05. */
  head?: PhaseOptions;
  /** Training after the cut, all its phases together. Default: 20 epochs, rate 3e-4 (1e-4 for fewer than ten samples an output), decay 0.05; from scratch 30 epochs, rate 1e-3. */
  tail?: PhaseOptions;
  /**
   * What unfrozen batch norm does in training: keep its running statistics, or use and move the
   * batch's. Default "frozen", from scratch "live".
   */
  batchNorm?: "frozen" | "live";
  /** Default "all". From scratch everything learns. */
  learners?: Learners;
  /**
   * Blends training samples (arXiv 1710.09412) or pastes boxes between pictures (arXiv 1905.04899), where
   * they enter the part that learns. The head, on pooled features, is only ever blended. Default: neither.
   */
  mix?: Omit<MixingOptions, "seed">;
  /** Which samples an epoch draws, such as `balancedSampler(labels, { seed })`. Default: each once. */
  sampler?: Sampler;
  /** The decay pulls towards the pretrained weights and not towards 0 (L2-SP, arXiv 1802.01483). The head's as ever. Default false. */
  decayToStart?: boolean;
  /** Ends each phase with the running means of its weights. Default: with the last ones. */
  ema?: EmaOptions;
  /** Ends a phase when a validation metric stops getting better, with the best epoch's weights. Default: never. */
  earlyStopping?: EarlyStoppingOptions;
  /** How to go back from a loss that explodes; false ends the run there. Default: `train`'s own. */
  divergence?: DivergenceOptions | false;
  /** Largest global L2 norm of the gradients. Default: no clipping. */
  clipNorm?: number;
  /** Batches an update. Default 1. */
  accumulate?: number;
  /** Decides the head's start and the order of the batches. Default 0. */
  seed?: number;
  /** Where features are kept. Default: in memory, up to 2 GiB. */
  store?: FeatureStore;
  /**
   * Says which samples these are and how they are augmented, for a store that outlives this run. Of
   * subsets of one source (`subsetSource`) it says it of the whole: features are then worked out once.
   */
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
  | HeadFitted
  | (TrainEvent & { readonly phase: string });

/** The head of "few-shot". */
export type HeadFitted = {
  readonly type: "head-fitted";
  readonly phase: "head";
  readonly head: ShotsHead;
  readonly temperature: number;
  /** How well samples are told by heads fitted without them; none where no class had two samples. */
  readonly crossValidated?: FewShotHead["crossValidated"];
};

export type FineTuned = {
  /** The options', with one stage more where a cosine head was fitted. */
  readonly model: Model;
  /** Every weight of the model by checkpoint key, running statistics included; adapters merged into them. */
  readonly weights: FloatWeights;
  /** With adapters: the model with them apart, and all of its weights. */
  readonly adapted?: { readonly model: Model; readonly weights: FloatWeights };
};

export type FineTuneEvents<T> = AsyncGenerator<FineTuneEvent, T>;

/** What the parts of a fine-tuning share. */
export type FineTuneContext = {
  readonly options: FineTuneOptions;
  readonly plan: FineTunePlan;
  readonly store: FeatureStore;
};
