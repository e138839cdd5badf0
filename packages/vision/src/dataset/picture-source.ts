import type { Source } from "@graft-ml/core";
import { type Augmentation, augmentFrom, cutsFirst } from "../augment/augment.js";
import { decodePicture } from "../picture/decode.js";
import type { Picture } from "../picture/picture.js";
import { type Preprocess, pictureBatch, preprocess } from "../picture/preprocess.js";
import { DECODERS, mapConcurrent } from "./concurrency.js";
import type { PictureFile, PictureSample } from "./dataset.js";
import type { PictureCache } from "./picture-cache.js";
import { decodeAndLook, type PictureLooks } from "./picture-look.js";
import type { TargetSample } from "./picture-table.js";

export type PictureSourceOptions<S extends PictureFile = PictureSample> = {
  samples: readonly S[];
  preprocess: Preprocess;
  /** Applied in every epoch but 0, which is evaluation. Default: none. */
  augment?: { readonly steps: readonly Augmentation[]; readonly seed: number };
  /** Keeps pictures from one epoch to the next. Default: none are kept. */
  cache?: PictureCache;
};

/**
 * Decodes on demand: batches of `image`, (B, H, W, 3) uint8, and `labels`, (B) int32. Throws
 * `picture-unreadable`; `checkPictures` leaves such files out beforehand.
 */
export function pictureSource(options: PictureSourceOptions): Source {
  const { samples } = options;
  return {
    size: samples.length,
    load: async (indices, { epoch }) => {
      const pictures = await mapConcurrent(indices, DECODERS, (index) =>
        loadPicture(options, index, epoch),
      );
      const labels = Int32Array.from(indices, (index) => samples[index]!.label);
      return {
        image: pictureBatch(pictures),
        labels: { dtype: "int32", shape: [indices.length], data: labels },
      };
    },
  };
}

/**
 * The same for several labels or numbers a picture: `image`, and `targets`, (B, names) float32. Throws
 * `picture-unreadable`; `checkPictures` leaves such files out beforehand.
 */
export function targetSource(options: PictureSourceOptions<TargetSample>): Source {
  const { samples } = options;
  return {
    size: samples.length,
    load: async (indices, { epoch }) => {
      const pictures = await mapConcurrent(indices, DECODERS, (index) =>
        loadPicture(options, index, epoch),
      );
      const targets = indices.map((index) => samples[index]!.targets);
      const shape = [indices.length, samples[0]?.targets.length ?? 0];
      return {
        image: pictureBatch(pictures),
        targets: { dtype: "float32", shape, data: Float32Array.from(targets.flat()) },
      };
    },
  };
}

async function loadPicture(
  options: PictureSourceOptions<PictureFile>,
  index: number,
  epoch: number,
): Promise<Picture> {
  const { augment } = options;
  const sample = options.samples[index]!;
  if (!augment || epoch === 0) return prepared(sample, options);
  const { steps, seed } = augment;
  const start = cutsFirst(steps)
    ? await whole(sample, options.cache)
    : await prepared(sample, options);
  return augmentFrom(start, { steps, preprocess: options.preprocess, seed, epoch, index });
}

type Kept = { preprocess: Preprocess; cache?: PictureCache; looks?: PictureLooks };

/** The picture as evaluation sees it, kept under its path and its preprocessing. */
export async function prepared(sample: PictureFile, options: Kept): Promise<Picture> {
  const { cache, looks } = options;
  const key = `${JSON.stringify(options.preprocess)} ${sample.path}`;
  const kept = cache?.get(key);
  if (kept) return kept;
  const decoded = looks ? decodeAndLook(sample, looks) : decodePicture(sample.path);
  const picture = preprocess(await decoded, options.preprocess);
  cache?.put(key, picture);
  return picture;
}

async function whole(sample: PictureFile, cache: PictureCache | undefined): Promise<Picture> {
  const key = `whole ${sample.path}`;
  const kept = cache?.get(key);
  if (kept) return kept;
  const picture = await decodePicture(sample.path);
  cache?.put(key, picture);
  return picture;
}
