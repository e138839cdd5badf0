import type { Model, Source } from "@graft-ml/core";
import { graftedWeights } from "@graft-ml/core";
import type { ReadEvent, Reader, View } from "../modality/modality.js";
import type { ModelInput } from "../source/model-input.js";
import { type ModelSource, type OpenEvent, openModel } from "../source/model-source.js";
import { headFor } from "../task/head-for.js";
import { kinds } from "../task/kinds.js";
import type { TaskData, TaskSample } from "../task/task-kind.js";
import type { DataCheck, DataCheckEvent } from "./data-check.js";
import { checkFoldOptions } from "./folds.js";
import { decideSplit, groupPattern, keptSplit } from "./split.js";
import type { TrainOptions } from "./train-options.js";
import { checkWarmStart, type WarmEvent, warmed } from "./warm-start.js";

/** The samples of a run that can be read. */
export type ReadData = {
  readonly dataset: TaskData;
  /** The names of the outputs. */
  readonly names: readonly string[];
  /** Of one part of the data, in its order. */
  sourceOf(part: readonly TaskSample[], view: View): Source;
  readonly entry: Reader["entry"];
  readonly check: DataCheck;
  readonly secondsToRead: number;
  /** Of the search for copies, where there was one. */
  readonly secondsForCopies?: number;
};

/** What a training starts from: the backbone with a new head, and the data. */
export type Prepared = ReadData & { readonly source: ModelSource; readonly model: Model };

/** Opens the backbone and reads every sample once; `kept` holds the split of a run that goes on. Throws what they throw. */
export async function* prepare(
  options: TrainOptions,
  signal: AbortSignal,
  kept?: DataCheck,
): AsyncGenerator<ReadEvent | OpenEvent | DataCheckEvent | WarmEvent, Prepared> {
  checkFoldOptions(options);
  checkWarmStart(options);
  const opened = yield* openModel(options.warmStart ?? options.backbone, signal);
  const input = kinds[options.task].modality.settled(opened.input, options);
  const read = yield* readData(options, { input, signal, kept });
  const model = headFor(options.task, opened, read.names.length);
  const weights =
    options.warmStart === null
      ? await graftedWeights(model, opened.weights, options.seed)
      : opened.weights;
  const source = { ...opened, input, weights };
  if (options.warmStart === null) return { ...read, source, model };
  const { names } = read;
  return { ...read, source: yield* warmed(source, { options, model, names, signal }), model };
}

/** Splits the samples as the options say and leaves out those that can't be read. */
export async function* readData(
  options: TrainOptions,
  input: { input: ModelInput; signal: AbortSignal; kept?: DataCheck | undefined },
): AsyncGenerator<ReadEvent | DataCheckEvent, ReadData> {
  const { signal, kept } = input;
  const began = performance.now();
  const kind = kinds[options.task];
  const whole = await kind.open(options, groupPattern(options.groupBy));
  const reader = yield* kind.modality.read(whole, {
    ...options,
    input: input.input,
    signal,
    forCopies: !kept,
  });
  const read = performance.now();
  const { dataset, check } = kept
    ? { dataset: keptSplit(reader.dataset, kept.split), check: kept }
    : yield* decideSplit(reader, { options });
  return {
    dataset,
    names: kind.namesOf(dataset),
    check,
    secondsToRead: (read - began) / 1000,
    ...(kept ? {} : { secondsForCopies: (performance.now() - read) / 1000 }),
    entry: reader.entry,
    sourceOf: (samples, view) => kind.source(samples, reader.entry(view)),
  };
}
