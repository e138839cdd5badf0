import type {
  Engine,
  FineTuned,
  FineTuneOptions,
  Judge,
  JudgeProgress,
  Sampler,
  Source,
  Task,
  Verdict,
} from "@graft-ml/core";
import type {
  LabelledText,
  PlainTexts,
  QuestionDataset,
  QuestionSample,
  TargetText,
  TextDataset,
  TextSample,
  TextTable,
  TokenDataset,
  TokenSample,
} from "@graft-ml/nlp/node";
import type {
  PictureDataset,
  PictureSample,
  PictureTable,
  TargetSample,
} from "@graft-ml/vision/node";
import type { Modality, SourceEntry } from "../modality/modality.js";
import type { Score, Scored, ScoreProgress } from "../run/predictions.js";
import type { TrainOptions } from "../run/train-options.js";
import type { ModelClass } from "../source/classes.js";
import type { ModelInput } from "../source/model-input.js";
import type { Answer, Details } from "./answer.js";
import type { Explainer } from "./explanation.js";
import type { MetricName } from "./metrics.js";
import type { Reading } from "./reading.js";

/** Pictures or texts with what is to be learned of them. */
type PictureData = PictureDataset | PictureTable;
export type TextData = TextDataset | TextTable | TokenDataset | QuestionDataset | PlainTexts;
export type TaskData = PictureData | TextData;
export type AnyText = LabelledText | TargetText | TokenSample | QuestionSample | TextSample;
export type TaskSample = PictureSample | TargetSample | AnyText;

/** Which columns of a table hold what. */
export type DataOptions = Pick<TrainOptions, "data" | "targets" | "text" | "pair" | "label">;

/** What a network that was opened says, until it is closed. */
export type Answering<X = unknown> = {
  /** One row of outputs for each thing that it is asked about. */
  outputs(items: readonly X[]): Promise<readonly Float32Array[]>;
  judge<V extends Verdict>(
    source: Source,
    options: { judge: Judge<V>; batchSize?: number; signal?: AbortSignal },
  ): AsyncGenerator<JudgeProgress, V & { readonly count: number }>;
  close(): Promise<void>;
};

/** A trained network and how its input enters. */
export type Opening = Pick<FineTuned, "model" | "weights"> & {
  readonly engine: Engine;
  readonly input: ModelInput;
};

/**
 * One kind of task, from the file to the figures. Its functions are methods, so that one table holds
 * kinds of different data: each gets only what it made itself. `X` is what it is asked about, `O` what it
 * keeps of the outputs for a sample while scoring.
 */
export type TaskKind<
  D extends TaskData = TaskData,
  S extends TaskSample = TaskSample,
  P extends Scored = Scored,
  R extends Reading = Reading,
  E extends SourceEntry = SourceEntry,
  X = unknown,
  O = Float32Array,
> = {
  readonly modality: Modality;
  /** What a score says; the first decides when a training stops. */
  readonly metrics: readonly [MetricName, ...MetricName[]];
  /** "tells 3 classes of pictures apart" */
  about(names: readonly string[]): string;
  /** What `graft predict` may be asked, as one types it; default: a text, or names of pictures. */
  readonly example?: string;
  /** What the loss of a score is. */
  readonly loss: string;
  /** What one of its outputs is: "class". */
  readonly output: string;
  /** Of `fineTune`, where the person chose nothing. */
  readonly usual: Partial<FineTuneOptions>;
  /** The backbone's own head goes on learning, where it has one for this; default: there is a new one. */
  readonly keepsHead?: boolean;
  /** Throws `usage` for options that mean nothing here. */
  check(options: TrainOptions): void;
  /** The data as they lie there, nothing set apart. */
  open(options: DataOptions, given: { groupBy?: RegExp }): Promise<D>;
  /** To measure a model on: all in `test`, targets in the order of its outputs. */
  openToScore(data: string, classes: readonly ModelClass[] | undefined): Promise<D>;
  /** The names of the outputs. */
  namesOf(dataset: D): readonly string[];
  /** Batches of samples, as a trainer takes them. */
  source(samples: readonly S[], entry: E): Source;
  /** Whether a sample is of a class, has a label, or a number. */
  has(sample: S, at: number): boolean;
  /** What is trained, and what an epoch draws. */
  learning(
    options: TrainOptions,
    data: { dataset: D; input: ModelInput; train: Source; validation?: Source | undefined },
  ): { readonly task: Task; readonly sampler?: Sampler };
  /** On an engine, to be asked. */
  answering(opening: Opening): Promise<Answering<X>>;
  /** What its outputs for each of the samples come to: the outputs themselves, where they are few. */
  rows(
    opening: Opening,
    given: { samples: readonly S[]; entry: E; signal: AbortSignal },
  ): AsyncGenerator<ScoreProgress, readonly O[]>;
  /** What outputs mean, decided on samples that were not learned from. */
  read(
    input: Part<S, O> & {
      readonly dataset: D;
      readonly asking: ModelInput;
      /** Share of the accepted that is to be right where it may say "none of these"; null: it always answers. */
      readonly reject: number | null;
    },
  ): R;
  /** Each sample's answer beside the truth. */
  scored(
    input: Part<S, O> & {
      readonly reading: R;
      readonly names: readonly string[];
      readonly asking: ModelInput;
    },
  ): P["predictions"];
  scoreOf(scored: P, names: readonly string[]): Omit<Score, "task" | "on" | "count">;
  judge(input: { reading: R; names: readonly string[]; source: Source }): Judge<TaskVerdict>;
  answer(
    outputs: Float32Array,
    input: { reading: R; names: readonly string[]; top: number; item: X; asking: ModelInput },
  ): Answer;
  /**
   * On an engine, to be asked which words mattered; absent where an answer has no score that words could
   * share.
   */
  explaining?(
    opening: Opening & { readonly names: readonly string[]; readonly reading: R },
  ): Promise<Explainer<X>>;
  /** Outputs as scores that are comparable whatever their unit: for receipts. */
  scores(outputs: Float32Array, reading: R): ArrayLike<number>;
};

type TaskVerdict = Verdict & { readonly details: Details };

/** Samples and what is kept of the network's outputs for them. */
type Part<S extends TaskSample, O> = {
  readonly samples: readonly S[];
  readonly rows: readonly O[];
};

/** A kind of which only the table knows what it is asked about and what it keeps. */
export type AnyKind = TaskKind<
  TaskData,
  TaskSample,
  Scored,
  Reading,
  SourceEntry,
  unknown,
  unknown
>;
