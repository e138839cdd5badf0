import {
  type Engine,
  type FloatWeights,
  GraftError,
  isUnder,
  type Json,
  type Model,
  type Source,
  type TrainCheckpoint,
  type TrainEvent,
} from "@graft-ml/core";
import type { CacheEvent } from "../features/feature-cache.js";
import type { FeatureStore } from "../features/feature-store.js";
import type { Preprocess } from "../picture/preprocess.js";
import type { ClassifierLoss } from "./program.js";

/** `head` trains the new last layer alone, `tail` everything after the cut. */
export type ClassifierPhase = "head" | "tail";

export type ClassifierCheckpoint = TrainCheckpoint & { readonly phase: ClassifierPhase };

/** How one phase is trained. */
export type PhaseOptions = {
  epochs?: number;
  /** Peak learning rate; it falls to 0 by a cosine. */
  rate?: number;
  /** AdamW's decoupled decay. */
  weightDecay?: number;
};

export type TrainClassifierOptions = {
  engine: Engine;
  /** With the new number of classes (`replaceHead`). */
  model: Model;
  /** The checkpoint's, whatever its head. Not needed from scratch. */
  weights?: FloatWeights;
  preprocess: Preprocess;
  /** `image` and `labels`. */
  train: Source;
  /** Scored after each epoch. Default: nothing is. */
  validation?: Source;
  /**
   * `probe` trains a new head on frozen features; `finetune` goes on from there with the stages after
   * `cut` unfrozen; `scratch` trains everything from random weights. Default "probe".
   */
  strategy?: "probe" | "finetune" | "scratch";
  /** Last frozen stage when fine-tuning; null freezes none. Default: before the last sixth of the stages that have weights. */
  cut?: string | null;
  /**
   * Cached views of each training picture: 1 is the plain picture, K are the augmentations of the
   * source's epochs 1 to K. "fresh" caches none and augments anew in every epoch, the frozen part
   * included; the head still trains on one plain view. Default 1.
   */
  views?: number | "fresh";
  /** Default 32, or all training pictures if they are fewer. */
  batchSize?: number;
  /** Training of the new head. Default: 30 epochs, rate 3e-3, decay 0.05. */
  head?: PhaseOptions;
  /** Training after the cut. Default: 10 epochs, rate 3e-4, decay 0.05; from scratch 30 epochs, rate 1e-3. */
  tail?: PhaseOptions;
  loss?: ClassifierLoss;
  /**
   * What unfrozen batch norm does in training: keep its running statistics, or use and move the
   * batch's. Default "frozen", from scratch "live".
   */
  batchNorm?: "frozen" | "live";
  /** Decides the head's start and the order of the batches. Default 0. */
  seed?: number;
  /** Where features are kept. Default: in memory, up to 2 GiB. */
  store?: FeatureStore;
  /** Says which pictures these are and how they are augmented, for a store that outlives this run. */
  dataKey?: Json;
  signal?: AbortSignal;
  checkpoint?: {
    everySteps?: number;
    everySeconds?: number;
    save(checkpoint: ClassifierCheckpoint): Promise<void>;
  };
  /** A checkpoint of the same options: goes on to the same bytes. */
  resume?: ClassifierCheckpoint;
};

export type ClassifierEvent =
  | { readonly type: "phase-start"; readonly phase: "features" | ClassifierPhase }
  | CacheEvent
  | (TrainEvent & { readonly phase: ClassifierPhase });

export type TrainedClassifier = {
  readonly model: Model;
  /** Every weight of the model by checkpoint key, running statistics included. */
  readonly weights: FloatWeights;
};

type Phase = Required<PhaseOptions>;

/** The options with every default filled in. */
export type ClassifierPlan = {
  readonly strategy: "probe" | "finetune" | "scratch";
  /** The stage whose output the head takes. */
  readonly headInput: string;
  /** Undefined: nothing is frozen. */
  readonly cut: string | undefined;
  readonly views: number | "fresh";
  readonly batchSize: number;
  readonly head: Phase;
  readonly tail: Phase;
  readonly batchNorm: "frozen" | "live";
  readonly seed: number;
};

const headDefaults: Phase = { epochs: 30, rate: 3e-3, weightDecay: 0.05 };
const tailDefaults: Phase = { epochs: 10, rate: 3e-4, weightDecay: 0.05 };
const scratchDefaults: Phase = { epochs: 30, rate: 1e-3, weightDecay: 0.05 };

/** Throws `config-invalid` for a model without a stage before its head, or a cut that is not a stage. */
export function planClassifier(options: TrainClassifierOptions): ClassifierPlan {
  const { model, strategy = "probe", views = 1, seed = 0 } = options;
  const scratch = strategy === "scratch";
  const headInput = model.stages.at(-2)?.name;
  if (headInput === undefined) throw invalid(model, "has one stage only, so nothing can be frozen");
  const cut = scratch ? null : options.cut === undefined ? defaultCut(model) : options.cut;
  if (cut !== null && !model.stages.slice(0, -1).some((stage) => stage.name === cut)) {
    const names = model.stages.slice(0, -1).map((stage) => stage.name);
    throw invalid(model, `can't be cut at "${cut}"; its cuts are ${names.join(", ")}`);
  }
  return {
    strategy,
    headInput,
    cut: cut ?? undefined,
    views: scratch ? "fresh" : views,
    batchSize: Math.min(options.batchSize ?? 32, options.train.size),
    head: { ...headDefaults, ...options.head },
    tail: { ...(scratch ? scratchDefaults : tailDefaults), ...options.tail },
    batchNorm: options.batchNorm ?? (scratch ? "live" : "frozen"),
    seed,
  };
}

/** The last frozen stage when the last sixth of the stages with weights is trained, one at least. */
export function defaultCut(model: Model): string {
  const names = Object.keys(model.specs);
  const weighted = model.stages
    .slice(0, -1)
    .filter(({ prefixes }) => names.some((name) => prefixes.some((p) => isUnder(name, p))));
  const trained = Math.max(1, Math.round(weighted.length / 6));
  const first = weighted.at(-trained) ?? model.stages[0]!;
  return model.stages[Math.max(0, model.stages.indexOf(first) - 1)]!.name;
}

const invalid = (model: Model, what: string): GraftError =>
  new GraftError("config-invalid", `The model "${model.architecture}" ${what}.`, {
    details: { architecture: model.architecture },
  });
