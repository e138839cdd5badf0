import { type Model, replaceHead, type Source } from "@graft-ml/core";
import type { Augmentation, Preprocess } from "@graft-ml/vision";
import {
  type CheckEvent,
  checkPictures,
  createPictureCache,
  openPictures,
  type PictureDataset,
  type PictureSample,
  pictureSource,
} from "@graft-ml/vision/node";
import { type ModelSource, type OpenEvent, openModel } from "../source/model-source.js";
import type { TrainOptions } from "./train-options.js";

/** The pictures of a run that can be read. */
export type ReadPictures = {
  readonly dataset: PictureDataset;
  /** Of one part of the data, in its order. */
  pictures(part: readonly PictureSample[], view: "plain" | "augmented"): Source;
  readonly secondsToRead: number;
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

/** Opens the backbone and reads every picture once. Throws what they throw. */
export async function* prepare(
  options: TrainOptions,
  signal: AbortSignal,
): AsyncGenerator<CheckEvent | OpenEvent, Prepared> {
  const source = yield* openModel(options.backbone, signal);
  const read = yield* readPictures(options, source.preprocess, signal);
  return { ...read, source, model: replaceHead(source.model, read.dataset.classes.length) };
}

/** Splits the pictures as the options say and leaves out those that can't be read. */
export async function* readPictures(
  options: Pick<TrainOptions, "data" | "validation" | "seed" | "strict" | "augment">,
  preprocess: Preprocess,
  signal: AbortSignal,
): AsyncGenerator<CheckEvent, ReadPictures> {
  const { validation, seed, strict, augment } = options;
  const began = performance.now();
  const cache = createPictureCache();
  let dataset = await openPictures(options.data, { validation, seed });
  for await (const event of checkPictures(dataset, { preprocess, cache, strict, signal })) {
    if (event.type === "check-end") dataset = event.dataset;
    yield event;
  }
  return {
    dataset,
    secondsToRead: (performance.now() - began) / 1000,
    pictures: (samples, view) =>
      pictureSource({
        samples,
        preprocess,
        cache,
        ...(view === "augmented" ? { augment: { steps: augmentations[augment], seed } } : {}),
      }),
  };
}
