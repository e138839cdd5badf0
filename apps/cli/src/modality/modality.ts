import type { Copies, Fold, Json } from "@graft-ml/core";
import type { CheckEvent } from "@graft-ml/vision/node";
import type { Context } from "../command.js";
import type { TrainOptions } from "../run/train-options.js";
import type { ModelInput } from "../source/model-input.js";
import type { TaskData, TaskSample } from "../task/task-kind.js";

/** What is told while data are read. */
export type ReadEvent<D = TaskData> =
  | CheckEvent<D>
  | { readonly type: "text-skipped"; readonly name: string; readonly reason: string }
  /** What was found out or decided, in words. */
  | { readonly type: "data-note"; readonly note: string };

export type CopiesProgress = {
  readonly type: "copies-progress";
  readonly count: number;
  readonly total: number;
};

export type View = "plain" | "augmented";

export type ReadOptions = Pick<TrainOptions, "augment" | "seed"> & {
  readonly input: ModelInput;
  /** A sample that can't be read is an error, and not left out. */
  readonly strict: boolean;
  /** Copies will be looked for: what that takes is kept. */
  readonly forCopies: boolean;
  readonly signal: AbortSignal;
};

/** Data whose every sample can be read. */
export type Reader<D extends TaskData = TaskData> = {
  readonly dataset: D;
  /** What a kind's source needs to make batches of its samples. */
  entry(view: View): SourceEntry;
  copies(dataset: D): AsyncGenerator<CopiesProgress, readonly Copies[]>;
};

/** Made by a modality for the sources of its own kinds. */
export type SourceEntry = { readonly of: ModelInput["modality"] };

/** Something that a model is asked about; `read` throws what it can't read. */
export type Asked<X = unknown> = { readonly name: string; read(): Promise<X> };

type Divided = { readonly copies: readonly Copies[] };

/**
 * Pictures or texts: all that the commands do alike for every task on them. Its functions are methods, as
 * a kind's are: each gets what its own modality made.
 */
export type Modality<D extends TaskData = TaskData, X = unknown> = {
  readonly name: ModelInput["modality"];
  /** "picture" */
  readonly noun: string;
  /** Reads every sample once. */
  read(dataset: D, options: ReadOptions): AsyncGenerator<ReadEvent<D>, Reader<D>>;
  /** Parts anew, copies and groups on one side; what the test part knows is left out. */
  split(dataset: D, options: Divided & { validation: number; seed: number }): D;
  /** Leaves out what a later part knows. */
  withoutLeaks(dataset: D, options: Divided): D;
  /** The training samples in so many ways divided. */
  folds(dataset: D, options: Divided & { folds: number; seed: number }): readonly Fold[];
  /** Says which samples these are, for what is cached of them. */
  fingerprint(samples: readonly TaskSample[]): Promise<Json>;
  /** What a command line asks about. */
  asked(names: readonly string[], stdin: Context["stdin"]): AsyncIterable<Asked<X>>;
  /** The input as a training's options want it. Throws `usage`. */
  settled(input: ModelInput, options: TrainOptions): ModelInput;
  /** The files of a model folder that say how its input enters: name -> text. */
  files(input: ModelInput): Readonly<Record<string, string>>;
};
