import { type Model, replaceHead, type Source } from "@graft-ml/core";
import type { Augmentation, Preprocess } from "@graft-ml/vision";
import {
  type CheckEvent,
  checkPictures,
  createPictureCache,
  type PictureLooks,
} from "@graft-ml/vision/node";
import { type ModelSource, type OpenEvent, openModel } from "../source/model-source.js";
import { kinds } from "../task/kinds.js";
import { namesOf, type TaskData, type TaskSample } from "../task/task-kind.js";
import type { DataCheck, DataCheckEvent } from "./data-check.js";
import { checkFoldOptions } from "./folds.js";
import { decideSplit, groupPattern, keptSplit, type SplitOptions } from "./split.js";
import type { TrainOptions } from "./train-options.js";
import { checkWarmStart, type WarmEvent, warmed } from "./warm-start.js";

/** The pictures of a run that can be read. */
export type ReadPictures = {
  readonly dataset: TaskData;
  /** Of one part of the data, in its order. */
  pictures(part: readonly TaskSample[], view: "plain" | "augmented"): Source;
  readonly check: DataCheck;
  readonly secondsToRead: number;
  /** Of the search for copies, where there was one. */
  readonly secondsForCopies?: number;
};

/** What a training starts from: the backbone with a new head, and the pictures. */
export type Prepared = ReadPictures & { readonly source: ModelSource; readonly model: Model };

/** What views of a training picture differ by: half the area at least, mirrored or not, and maybe more. */
const basic: readonly Augmentation[] = [
  { kind: "random-resized-crop", scale: [0.5, 1] },
  { kind: "flip" },
];
const augmentations: Readonly<Record<TrainOptions["augment"], readonly Augmentation[]>> = {
  basic,
  rand: [...basic, { kind: "rand-augment" }],
};

/** Opens the backbone and reads every picture once; `kept` holds the split of a run that goes on. Throws what they throw. */
export async function* prepare(
  options: TrainOptions,
  signal: AbortSignal,
  kept?: DataCheck,
): AsyncGenerator<CheckEvent<TaskData> | OpenEvent | DataCheckEvent | WarmEvent, Prepared> {
  checkFoldOptions(options);
  checkWarmStart(options);
  const source = yield* openModel(options.warmStart ?? options.backbone, signal);
  const read = yield* readPictures(options, { preprocess: source.preprocess, signal, kept });
  const names = namesOf(read.dataset);
  const model = replaceHead(source.model, names.length);
  if (options.warmStart === null) return { ...read, source, model };
  return { ...read, source: yield* warmed(source, { options, model, names, signal }), model };
}

/** Splits the pictures as the options say and leaves out those that can't be read. */
export async function* readPictures(
  options: SplitOptions & Pick<TrainOptions, "task" | "data" | "targets" | "strict" | "augment">,
  input: { preprocess: Preprocess; signal: AbortSignal; kept?: DataCheck | undefined },
): AsyncGenerator<CheckEvent<TaskData> | DataCheckEvent, ReadPictures> {
  const { seed, strict, augment } = options;
  const { preprocess, signal, kept } = input;
  const began = performance.now();
  const cache = createPictureCache();
  const looks: PictureLooks = new Map();
  const kind = kinds[options.task];
  let whole = await kind.open(options, groupPattern(options.groupBy));
  const reading = { preprocess, cache, strict, signal, ...(kept ? {} : { looks }) };
  for await (const event of checkPictures(whole, reading)) {
    if (event.type === "check-end") whole = event.dataset;
    yield event;
  }
  const read = performance.now();
  const { dataset, check } = kept
    ? { dataset: keptSplit(whole, kept.split), check: kept }
    : yield* decideSplit(whole, { options, looks, signal });
  return {
    dataset,
    check,
    secondsToRead: (read - began) / 1000,
    ...(kept ? {} : { secondsForCopies: (performance.now() - read) / 1000 }),
    pictures: (samples, view) =>
      kind.source({
        samples,
        preprocess,
        cache,
        ...(view === "augmented" ? { augment: { steps: augmentations[augment], seed } } : {}),
      }),
  };
}
