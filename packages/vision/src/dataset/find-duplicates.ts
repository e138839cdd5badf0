import { GraftError } from "@graft-ml/core";
import { DECODERS, mapConcurrent } from "./concurrency.js";
import { type CopiedOptions, copiedPictures } from "./copied-pictures.js";
import type { PictureFile } from "./dataset.js";
import { decodeAndLook, type PictureLook, type PictureLooks } from "./picture-look.js";

/** The parts of a data set, whatever its samples are labelled with. */
export type PictureParts<S extends PictureFile = PictureFile> = {
  readonly train: readonly S[];
  readonly validation: readonly S[];
  readonly test: readonly S[];
};

export type DuplicateCluster<S extends PictureFile = PictureFile> = {
  /** Two or more, in the order of the parts. */
  readonly samples: readonly (S & { readonly part: keyof PictureParts })[];
  /** Whether all files are the same bytes. */
  readonly exact: boolean;
  /** Whether copies have different labels or targets: one of them is wrong. */
  readonly acrossClasses: boolean;
  /** Whether copies lie in more than one part: scores are too good then. */
  readonly acrossParts: boolean;
};

export type DuplicateEvent<S extends PictureFile = PictureFile> =
  | { readonly type: "duplicates-progress"; readonly count: number; readonly total: number }
  | {
      readonly type: "duplicates-end";
      /** The largest first. */
      readonly clusters: readonly DuplicateCluster<S>[];
      /** Pictures that are one too many: those of all clusters but one each. */
      readonly extra: number;
    };

export type FindDuplicatesOptions = CopiedOptions & {
  /** Of pictures that were decoded before, such as by `checkPictures`. Default: each is decoded here. */
  looks?: PictureLooks;
  /** Throws `aborted` between two groups of pictures. */
  signal?: AbortSignal;
};

const GROUP = 32;

/**
 * Finds pictures that are copies of each other, within and across classes and parts: files of the same
 * bytes, and pictures that were saved anew, resized or slightly cut. A copy of a copy is in the same
 * cluster. Throws `picture-unreadable`; `checkPictures` leaves such files out beforehand.
 */
export async function* findDuplicates<S extends PictureFile>(
  dataset: PictureParts<S>,
  options: FindDuplicatesOptions = {},
): AsyncGenerator<DuplicateEvent<S>, void> {
  const all = (["train", "validation", "test"] as const).flatMap((part) =>
    dataset[part].map((sample) => ({ ...sample, part })),
  );
  const known: PictureLooks = options.looks ?? new Map();
  const looks: PictureLook[] = [];
  for (let start = 0; start < all.length; start += GROUP) {
    if (options.signal?.aborted) {
      throw new GraftError("aborted", `The search for copies stopped after ${start} pictures.`);
    }
    const group = all.slice(start, start + GROUP);
    looks.push(...(await mapConcurrent(group, DECODERS, (sample) => lookAt(sample, known))));
    yield { type: "duplicates-progress", count: looks.length, total: all.length };
  }
  const clusters = clustersOf(all, looks, options);
  const extra = clusters.reduce((sum, { samples }) => sum + samples.length - 1, 0);
  yield { type: "duplicates-end", clusters, extra };
}

async function lookAt(sample: PictureFile, looks: PictureLooks): Promise<PictureLook> {
  if (!looks.has(sample.path)) await decodeAndLook(sample, looks);
  return looks.get(sample.path)!;
}

function clustersOf<S extends PictureFile & { part: keyof PictureParts }>(
  all: readonly S[],
  looks: readonly PictureLook[],
  options: FindDuplicatesOptions,
): DuplicateCluster<S>[] {
  const clusters = copiedPictures(looks, options);
  const members = new Map<number, number[]>();
  all.forEach((_, index) => {
    const cluster = members.get(clusters.of(index));
    if (cluster) cluster.push(index);
    else members.set(index, [index]);
  });
  return [...members.values()]
    .filter((indices) => indices.length > 1)
    .map((indices) => describe(indices, all, looks))
    .sort((a, b) => b.samples.length - a.samples.length);
}

function describe<S extends PictureFile & { part: keyof PictureParts }>(
  indices: readonly number[],
  all: readonly S[],
  looks: readonly PictureLook[],
): DuplicateCluster<S> {
  const samples = indices.map((index) => all[index]!);
  const differ = (of: (index: number) => string) => new Set(indices.map(of)).size > 1;
  return {
    samples,
    exact: !differ((index) => looks[index]!.bytes),
    acrossClasses: differ((index) => answerOf(all[index]!)),
    acrossParts: differ((index) => all[index]!.part),
  };
}

/** What a sample is labelled with, whatever its kind. */
const answerOf = (sample: PictureFile & { label?: number; targets?: readonly number[] }): string =>
  JSON.stringify([sample.label, sample.targets]);
