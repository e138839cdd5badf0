import { type Batch, type Source, uniformValues } from "@graft-ml/core";
import type { PictureSample } from "@graft-ml/vision/node";
import { VIEW_BYTES as BYTES, VIEW_SIZE as SIZE, type View } from "./views.js";

export type ViewSourceOptions = {
  readonly views: readonly View[];
  readonly samples: readonly PictureSample[];
  /** Width of the teacher's features. */
  readonly featureWidth: number;
  readonly seed: number;
};

/**
 * Each epoch shows every picture in one of the cached views, in turn, flipped at random, with the
 * teacher's features standardised by their moments over the first view.
 */
export function viewSource({ views, samples, featureWidth, seed }: ViewSourceOptions): Source {
  const { mean, std } = moments(views[0]!.features, featureWidth);
  const standardise = (features: Float32Array): Float32Array =>
    features.map((value, k) => (value - mean[k]!) / std[k]!);
  const isFlipped = (epoch: number, index: number): boolean =>
    uniformValues({ seed, step: epoch, micro: index, site: "flip" }, 1)[0]! < 0.5;
  return {
    size: samples.length,
    async load(indices, { epoch }): Promise<Batch> {
      const { pixels, features } = views[(epoch - 1) % views.length]!;
      const image = new Uint8Array(indices.length * BYTES);
      const teacher = new Float32Array(indices.length * featureWidth);
      indices.forEach((index, row) => {
        const picture = pixels.subarray(index * BYTES, (index + 1) * BYTES);
        const shown = isFlipped(epoch, index) ? mirrored(picture) : picture;
        image.set(shown, row * BYTES);
        const seen = features.subarray(index * featureWidth, (index + 1) * featureWidth);
        teacher.set(standardise(seen), row * featureWidth);
      });
      const size = indices.length;
      const labels = Int32Array.from(indices, (index) => samples[index]!.label);
      return {
        image: { dtype: "uint8", shape: [size, SIZE, SIZE, 3], data: image },
        labels: { dtype: "int32", shape: [size], data: labels },
        teacher: { dtype: "float32", shape: [size, featureWidth], data: teacher },
      };
    },
  };
}

function mirrored(picture: Uint8Array): Uint8Array {
  const turned = new Uint8Array(BYTES);
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      const from = (y * SIZE + SIZE - 1 - x) * 3;
      const to = (y * SIZE + x) * 3;
      for (let channel = 0; channel < 3; channel++) turned[to + channel] = picture[from + channel]!;
    }
  }
  return turned;
}

/** Mean and standard deviation of each feature over the pictures. */
function moments(features: Float32Array, width: number) {
  const count = features.length / width;
  const mean = new Float64Array(width);
  const square = new Float64Array(width);
  features.forEach((value, index) => {
    mean[index % width]! += value / count;
    square[index % width]! += value ** 2 / count;
  });
  const std = mean.map((value, k) => Math.sqrt(Math.max(square[k]! - value ** 2, 0)) + 1e-3);
  return { mean, std };
}
