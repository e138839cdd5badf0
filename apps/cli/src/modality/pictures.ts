import { type Augmentation, type Picture, toPreprocessorConfig } from "@graft-ml/vision";
import {
  checkPictures,
  createPictureCache,
  type DuplicateCluster,
  decodePicture,
  findDuplicates,
  fingerprintPictures,
  foldPictures,
  type PictureDataset,
  type PictureLooks,
  type PictureSample,
  type PictureSourceOptions,
  type PictureTable,
  splitPictures,
  type TargetSample,
  withoutLeaks,
} from "@graft-ml/vision/node";
import { inputsOf } from "../inputs.js";
import type { TrainOptions } from "../run/train-options.js";
import { preprocessOf } from "../source/model-input.js";
import type { CopiesProgress, Modality, ReadEvent, Reader, ReadOptions } from "./modality.js";

type PictureData = PictureDataset | PictureTable;
type AnyPicture = PictureSample | TargetSample;
/** Copies of pictures, as `findDuplicates` found them. */
type Clusters = readonly DuplicateCluster[];

/** What sources of pictures are made with. */
export type PictureEntry = { readonly of: "pictures" } & Omit<PictureSourceOptions, "samples">;

/** What views of a training picture differ by: half the area at least, mirrored or not, and maybe more. */
const basic: readonly Augmentation[] = [
  { kind: "random-resized-crop", scale: [0.5, 1] },
  { kind: "flip" },
];
export const viewSteps: Readonly<Record<TrainOptions["augment"], readonly Augmentation[]>> = {
  basic,
  rand: [...basic, { kind: "rand-augment" }],
};

export const pictures: Modality<PictureData, Picture> = {
  name: "pictures",
  noun: "picture",
  read: readPictures,
  split: (dataset, { copies, ...options }) =>
    splitPictures(dataset, { ...options, clusters: copies as Clusters }),
  withoutLeaks: (dataset, { copies }) => withoutLeaks(dataset, { clusters: copies as Clusters }),
  folds: (dataset, { copies, ...options }) =>
    foldPictures(dataset, { ...options, clusters: copies as Clusters }),
  fingerprint: (samples) => fingerprintPictures(samples as readonly AnyPicture[]),
  async *asked(names, stdin) {
    for await (const { name, source } of inputsOf(names, stdin)) {
      yield { name, read: () => decodePicture(source, { name }) };
    }
  },
  settled(input) {
    preprocessOf(input);
    return input;
  },
  files: (input) => ({
    "preprocessor_config.json": `${JSON.stringify(toPreprocessorConfig(preprocessOf(input)), null, 2)}\n`,
  }),
};

/** Decodes every picture once; what it finds on the way is not worked out again. */
async function* readPictures(
  whole: PictureData,
  options: ReadOptions,
): AsyncGenerator<ReadEvent<PictureData>, Reader<PictureData>> {
  const { input, strict, signal, augment, seed, forCopies } = options;
  const preprocess = preprocessOf(input);
  const cache = createPictureCache();
  const looks: PictureLooks = new Map();
  const reading = { preprocess, cache, strict, signal, ...(forCopies ? { looks } : {}) };
  let dataset = whole;
  for await (const event of checkPictures(whole, reading)) {
    if (event.type === "check-end") dataset = event.dataset;
    yield event;
  }
  return {
    dataset,
    entry: (view): PictureEntry => ({
      of: "pictures",
      preprocess,
      cache,
      ...(view === "augmented" ? { augment: { steps: viewSteps[augment], seed } } : {}),
    }),
    copies: (found) => copiesOf(found, looks, signal),
  };
}

async function* copiesOf(
  dataset: PictureData,
  looks: PictureLooks,
  signal: AbortSignal,
): AsyncGenerator<CopiesProgress, Clusters> {
  for await (const event of findDuplicates<AnyPicture>(dataset, { looks, signal })) {
    if (event.type === "duplicates-end") return event.clusters;
    yield { ...event, type: "copies-progress" };
  }
  return [];
}
