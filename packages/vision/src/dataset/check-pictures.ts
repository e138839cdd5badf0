import { GraftError, isGraftError } from "@graft-ml/core";
import type { Preprocess } from "../picture/preprocess.js";
import { DECODERS, mapConcurrent } from "./concurrency.js";
import type { PictureDataset, PictureFile, PictureSample, SkippedPicture } from "./dataset.js";
import { emptyClass } from "./image-folder.js";
import type { PictureCache } from "./picture-cache.js";
import type { PictureLooks } from "./picture-look.js";
import { prepared } from "./picture-source.js";
import type { PictureTable, TargetSample } from "./picture-table.js";

export type CheckEvent<D = PictureDataset> =
  | { readonly type: "check-progress"; readonly count: number; readonly total: number }
  | ({ readonly type: "picture-skipped" } & SkippedPicture)
  | {
      readonly type: "check-end";
      /** What can be read. */
      readonly dataset: D;
      readonly count: number;
      /** How many were left out, those of `openPictures` included. */
      readonly skipped: number;
    };

export type CheckPicturesOptions = {
  preprocess: Preprocess;
  /** Filled on the way, so that the work is not done twice. */
  cache?: PictureCache;
  /** Filled on the way for `findDuplicates`, so that no file is decoded twice. Default: none are taken. */
  looks?: PictureLooks;
  /** A file that can't be read is an error. Default false: it is told, left out and counted. */
  strict?: boolean;
  /** Throws `aborted` between two groups of pictures. */
  signal?: AbortSignal;
};

const GROUP = 32;

/**
 * Decodes every picture once and leaves out those that can't be read, each told by name, so that
 * batches never fail in the middle of a training. Throws `picture-unreadable` where `strict`, and
 * `dataset-empty` when a class, or a table, loses its last training picture.
 */
export async function* checkPictures<D extends PictureDataset | PictureTable>(
  dataset: D,
  options: CheckPicturesOptions,
): AsyncGenerator<CheckEvent<D>, void> {
  const { strict = false, signal } = options;
  const first = dataset.skipped[0];
  if (strict && first) throw unreadable(first);
  for (const skipped of dataset.skipped) yield { type: "picture-skipped", ...skipped };
  const all = [...dataset.train, ...dataset.validation, ...dataset.test];
  const bad = new Map<string, SkippedPicture>();
  for (let start = 0; start < all.length; start += GROUP) {
    if (signal?.aborted)
      throw new GraftError("aborted", `Reading stopped after ${start} pictures.`);
    const group = all.slice(start, start + GROUP);
    for (const found of await mapConcurrent(group, DECODERS, (sample) => tryOne(sample, options))) {
      if (!found) continue;
      bad.set(found.path, found);
      yield { type: "picture-skipped", name: found.name, reason: found.reason };
    }
    yield { type: "check-progress", count: start + group.length, total: all.length };
  }
  const readable = without(dataset, bad);
  yield {
    type: "check-end",
    dataset: readable,
    count: all.length - bad.size,
    skipped: readable.skipped.length,
  };
}

async function tryOne(
  sample: PictureFile,
  options: CheckPicturesOptions,
): Promise<(SkippedPicture & { path: string }) | undefined> {
  try {
    await prepared(sample, options);
    return undefined;
  } catch (error) {
    if (options.strict || !isGraftError(error, "picture-unreadable")) throw error;
    return { path: sample.path, name: sample.name, reason: String(error.details.reason) };
  }
}

function without<D extends PictureDataset | PictureTable>(
  dataset: D,
  bad: ReadonlyMap<string, SkippedPicture>,
): D {
  const keep = (samples: readonly (PictureSample | TargetSample)[]) =>
    samples.filter((sample) => !bad.has(sample.path));
  if ("classes" in dataset) checkClasses(dataset, bad);
  else if (isEmptied(dataset, bad)) throw emptyClass(dataset.root, bad.size);
  return {
    ...dataset,
    train: keep(dataset.train),
    validation: keep(dataset.validation),
    test: keep(dataset.test),
    skipped: [
      ...dataset.skipped,
      ...[...bad.values()].map(({ name, reason }) => ({ name, reason })),
    ],
  };
}

/** A table that is only scored has no training part to lose. */
function isEmptied({ train, test }: PictureTable, bad: ReadonlyMap<string, SkippedPicture>) {
  const part = train.length > 0 ? train : test;
  return part.every(({ path }) => bad.has(path));
}

function checkClasses(dataset: PictureDataset, bad: ReadonlyMap<string, SkippedPicture>): void {
  const kept = dataset.train.filter(({ path }) => !bad.has(path));
  const left = new Set(kept.map((sample) => sample.label));
  const lost = dataset.train.find((sample) => !left.has(sample.label));
  if (lost) throw emptyClass(dataset.classes[lost.label]!, bad.size);
}

const unreadable = ({ name, reason }: SkippedPicture): GraftError =>
  new GraftError(
    "picture-unreadable",
    `Can't read ${name} (${reason}). Remove it, or don't ask for strict reading.`,
    { details: { name, reason } },
  );
