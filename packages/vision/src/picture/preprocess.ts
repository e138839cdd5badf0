import { GraftError, type HostTensor } from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";
import { crop, type Picture } from "./picture.js";
import { resample } from "./resample.js";
import type { Interpolation } from "./resample-filter.js";

/** How a checkpoint wants its pictures. Plain JSON: it is part of cache keys and of run folders. */
export type Preprocess = {
  /** What enters the network: [height, width]. */
  readonly size: readonly [number, number];
  /**
   * `shortSide`: the shorter side becomes this many pixels, the shape stays, the centre is cut out.
   * `exact`: stretched to this size. Either way `size` is then cut out of the middle.
   */
  readonly resize:
    | { readonly kind: "short-side"; readonly pixels: number }
    | { readonly kind: "exact"; readonly height: number; readonly width: number };
  readonly interpolation: Interpolation;
  /** On the 0..1 scale, in the order of the network's channels: (pixel / 255 - mean) / std. */
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
  readonly channelOrder: "RGB" | "BGR";
  /**
   * Where half a pixel goes when the centre is cut: torchvision rounds half to even, Hugging Face's
   * processors round down.
   */
  readonly cropRounding: "half-even" | "down";
};

/** Resizes and cuts an RGB picture as torchvision's Resize and CenterCrop do on a Pillow picture. */
export function preprocess(picture: Picture, options: Preprocess): Picture {
  if (picture.channels !== 3) {
    throw new GraftError(
      "batch-invalid",
      `Preprocessing takes RGB pictures, but this one has ${picture.channels} channels. Decode it with decodePicture().`,
    );
  }
  const { interpolation, resize } = options;
  const [height, width] = options.size;
  const full =
    resize.kind === "exact"
      ? { width: resize.width, height: resize.height }
      : shortSideSize(picture, resize.pixels);
  const window = {
    left: centreOffset(full.width, width, options.cropRounding),
    top: centreOffset(full.height, height, options.cropRounding),
    width,
    height,
  };
  if (full.width >= width && full.height >= height)
    return resample(picture, { ...full, interpolation, window });
  return crop(resample(picture, { ...full, interpolation }), window);
}

/** The size at which the shorter side is `pixels`; the longer one is rounded down, as torchvision does. */
function shortSideSize(
  size: { width: number; height: number },
  pixels: number,
): { width: number; height: number } {
  const { width, height } = size;
  return width <= height
    ? { width: pixels, height: Math.max(1, Math.trunc((pixels * height) / width)) }
    : { width: Math.max(1, Math.trunc((pixels * width) / height)), height: pixels };
}

/** Negative where the picture is smaller than the cut-out: it is then padded with black. */
function centreOffset(size: number, wanted: number, rounding: Preprocess["cropRounding"]): number {
  if (size < wanted) return -Math.floor((wanted - size) / 2);
  const half = (size - wanted) / 2;
  const down = Math.floor(half);
  if (rounding === "down" || half === down) return down;
  return down % 2 === 0 ? down : down + 1;
}

/** Pictures of one size as one uint8 array (B, H, W, 3). */
export function pictureBatch(pictures: readonly Picture[]): HostTensor<"uint8"> {
  const { width = 0, height = 0 } = pictures[0] ?? {};
  const data = new Uint8Array(pictures.length * width * height * 3);
  pictures.forEach((picture, i) => {
    if (picture.width !== width || picture.height !== height || picture.channels !== 3) {
      throw new GraftError(
        "shape-mismatch",
        `Picture ${i} of a batch is ${picture.width}x${picture.height}x${picture.channels}, but the first is ${width}x${height}x3. Preprocess them to one size.`,
      );
    }
    data.set(picture.data, i * width * height * 3);
  });
  return { dtype: "uint8", shape: [pictures.length, height, width, 3], data };
}

/** Pixels 0..255 (B, H, W, 3) -> what the network takes, float32: (pixel / 255 - mean) / std. */
export function normalize(
  pixels: tf.Tensor,
  options: Pick<Preprocess, "mean" | "std" | "channelOrder">,
): tf.Tensor4D {
  return tf.tidy(() => {
    const { mean, std } = options;
    const x = tf.cast(channels(pixels as tf.Tensor4D, options.channelOrder), "float32");
    // One multiplication and one addition, which a compiler can fold into the first convolution.
    const scale = tf.tensor1d(std.map((s) => 1 / (255 * s)));
    const shift = tf.tensor1d(mean.map((m, c) => m / std[c]!));
    return tf.sub<tf.Tensor4D>(tf.mul(x, scale), shift);
  });
}

function channels(x: tf.Tensor4D, order: Preprocess["channelOrder"]): tf.Tensor4D {
  if (order === "RGB") return x;
  const [b, h, w] = x.shape;
  const plane = (c: number) => tf.slice4d(x, [0, 0, 0, c], [b, h, w, 1]);
  return tf.concat4d([plane(2), plane(1), plane(0)], 3);
}
