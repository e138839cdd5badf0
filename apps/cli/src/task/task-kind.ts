import type { Judge, Sampler, Source, Task, Verdict } from "@graft-ml/core";
import type { Preprocess } from "@graft-ml/vision";
import type {
  PictureDataset,
  PictureSample,
  PictureSourceOptions,
  PictureTable,
  TargetSample,
} from "@graft-ml/vision/node";
import type { Score, Scored } from "../run/predictions.js";
import type { TrainOptions } from "../run/train-options.js";
import type { ModelClass } from "../source/classes.js";
import type { Answer, Details } from "./answer.js";
import type { MetricName } from "./metrics.js";
import type { Reading, TaskName } from "./reading.js";

/** Pictures with what is to be learned of them. */
export type TaskData = PictureDataset | PictureTable;
export type TaskSample = PictureSample | TargetSample;

/**
 * One kind of task, from the file to the figures. Its functions are methods, so that one table holds
 * kinds of different data: each gets only what it made itself.
 */
export type TaskKind<
  D extends TaskData = TaskData,
  S extends TaskSample = TaskSample,
  P extends Scored = Scored,
  R extends Reading = Reading,
> = {
  /** What a score says; the first decides when a training stops. */
  readonly metrics: readonly [MetricName, ...MetricName[]];
  /** "tells 3 classes of pictures apart" */
  about(names: readonly string[]): string;
  /** What the loss of a score is. */
  readonly loss: string;
  /** What one of its outputs is: "class". */
  readonly output: string;
  /** Throws `usage` for options that mean nothing here. */
  check(options: TrainOptions): void;
  /** The pictures as they lie there, nothing set apart. */
  open(options: Pick<TrainOptions, "data" | "targets">, given: { groupBy?: RegExp }): Promise<D>;
  /** To measure a model on: all in `test`, targets in the order of its outputs. */
  openToScore(data: string, classes: readonly ModelClass[] | undefined): Promise<D>;
  source(options: PictureSourceOptions<S>): Source;
  /** Whether a picture is of a class, has a label, or a number. */
  has(sample: S, at: number): boolean;
  /** What is trained, and what an epoch draws. */
  learning(
    options: TrainOptions,
    data: { dataset: D; preprocess: Preprocess },
  ): { readonly task: Task; readonly sampler?: Sampler };
  /** What outputs mean, decided on pictures that were not learned from. */
  read(
    input: Part<S> & {
      readonly dataset: D;
      /** Share of the accepted that is to be right where it may say "none of these"; null: it always answers. */
      readonly reject: number | null;
    },
  ): R;
  /** Each picture's answer beside the truth. */
  scored(
    input: Part<S> & { readonly reading: R; readonly names: readonly string[] },
  ): P["predictions"];
  scoreOf(scored: P, names: readonly string[]): Omit<Score, "task" | "on" | "count">;
  judge(input: { reading: R; names: readonly string[] }): Judge<TaskVerdict>;
  answer(
    outputs: Float32Array,
    input: { reading: R; names: readonly string[]; top: number },
  ): Answer;
  /** Outputs as scores that are comparable whatever their unit: for receipts. */
  scores(outputs: Float32Array, reading: R): ArrayLike<number>;
};

type TaskVerdict = Verdict & { readonly details: Details };

/** Pictures and the network's outputs for them. */
type Part<S extends TaskSample = TaskSample> = {
  readonly samples: readonly S[];
  readonly rows: readonly Float32Array[];
};

export const namesOf = (dataset: TaskData): readonly string[] =>
  "classes" in dataset ? dataset.classes : dataset.names;

export const taskOf = (dataset: TaskData): TaskName =>
  "classes" in dataset ? "image" : dataset.task;
