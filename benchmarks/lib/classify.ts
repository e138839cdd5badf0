import { type FineTuneOptions, replaceHead } from "@graft-ml/core";
import { openClassifier, trainClassifier } from "@graft-ml/vision";
import {
  createPictureCache,
  openPictures,
  type PictureSample,
  pictureSource,
} from "@graft-ml/vision/node";
import { type Network, sharedFolder } from "./networks.js";

export const pictureSets: Readonly<Record<string, string>> = {
  flowers: "data/images/flower-photos-subset",
  signs: "data/images/sign-language-digits",
  cats: "data/images/cats-vs-dogs-subset",
  paintings: "data/images/pacs-subset40/art_painting",
};

/** Those of every table; cats are a fourth opinion. */
export const usualSets: string[] = ["flowers", "signs", "paintings"];

export type Pictures = {
  readonly samples: readonly PictureSample[];
  readonly classes: readonly string[];
  readonly cache: ReturnType<typeof createPictureCache>;
};

/** All the pictures of a set: its own parts are put together, to be drawn from anew. */
export async function openSet(name: string): Promise<Pictures> {
  const { classes, train, validation, test } = await openPictures(sharedFolder(pictureSets[name]!));
  const samples = [...train, ...validation, ...test];
  return { classes, samples, cache: createPictureCache({ maxBytes: 2 ** 30 }) };
}

/** Trains on one part and scores on the other: accuracy in percent, and the seconds that training took. */
export async function classify(input: {
  network: Network;
  pictures: Pictures;
  split: { train: readonly PictureSample[]; test: readonly PictureSample[] };
  options: Pick<FineTuneOptions, "engine"> & Partial<FineTuneOptions>;
}): Promise<{ accuracy: number; seconds: number }> {
  const { network, pictures, split, options } = input;
  const { preprocess, weights } = network;
  const { classes, cache } = pictures;
  const model = replaceHead(network.model, classes.length);
  const source = (samples: readonly PictureSample[]) =>
    pictureSource({ samples, preprocess, cache });
  const start = performance.now();
  const train = source(split.train);
  const training = trainClassifier({ model, weights, preprocess, train, ...options });
  for await (const _ of training);
  const seconds = (performance.now() - start) / 1000;
  const { engine } = options;
  const trained = training.result();
  const classifier = await openClassifier({ ...trained, engine, preprocess, classes });
  try {
    for await (const event of classifier.evaluate(source(split.test))) {
      if (event.type === "eval-end") return { accuracy: 100 * event.accuracy, seconds };
    }
  } finally {
    await classifier.close();
  }
  throw new Error("The evaluation did not end.");
}

export const mean = (values: readonly number[]): number =>
  values.reduce((a, b) => a + b, 0) / values.length;

/** Standard deviation of a sample. */
export function deviation(values: readonly number[]): number {
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return Math.sqrt(squares / Math.max(1, values.length - 1));
}

/** Mean and standard deviation. */
export const spread = (values: readonly number[]): string =>
  `${mean(values).toFixed(1)} ± ${deviation(values).toFixed(1)}`;
