import type { HostTensor, Json } from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Picture } from "../picture/picture.js";
import { normalize, type Preprocess, pictureBatch, preprocess } from "../picture/preprocess.js";
import { toPreprocessorConfig } from "../picture/preprocess-hugging-face.js";
import { resizeAndCrop } from "./resize-and-crop.js";

/**
 * How an exported network is handed its pictures, RGB in every case.
 * - `pixel_values`: float32 (B, 3, height, width), resized, cut and normalised by the client, which
 *   reads `preprocessor_config.json`.
 * - `raw_pixel_values`: the same tensor with 0..255 and pictures of any size; resize, cut and
 *   normalisation are inside.
 * - `pixels`: uint8 (B, any height, any width, 3), as decoders give them; all of it is inside.
 * - `sized_pixels`: float32 0..255 (B, height, width, 3) of the network's size; normalisation is inside.
 */
export type PictureInput = "pixel_values" | "raw_pixel_values" | "pixels" | "sized_pixels";

/** One form of input: what graphs call it, and how a picture and the network meet there. */
export type PictureInputForm = {
  readonly name: string;
  readonly type: "float32" | "uint8";
  /** Pictures of any size: they are handed over one by one. */
  readonly anySize: boolean;
  shape(size: { batch: number; height: number; width: number }): number[];
  /** The input -> what the network's first stage takes, (B, height, width, 3). */
  enter(x: tf.Tensor, options: Preprocess): tf.Tensor4D;
  /** Decoded pictures as the input wants them; of one size where `anySize`. */
  feed(pictures: readonly Picture[], options: Preprocess): HostTensor<"float32" | "uint8">;
};

type ShapeOf = PictureInputForm["shape"];
const channelsFirst: ShapeOf = ({ batch, height, width }) => [batch, 3, height, width];
const channelsLast: ShapeOf = ({ batch, height, width }) => [batch, height, width, 3];

const toLast = (x: tf.Tensor): tf.Tensor4D => tf.transpose(x as tf.Tensor4D, [0, 2, 3, 1]);

export const pictureInputs: Readonly<Record<PictureInput, PictureInputForm>> = {
  pixel_values: {
    name: "pixel_values",
    type: "float32",
    anySize: false,
    shape: channelsFirst,
    enter: (x, { channelOrder }) => {
      const last = toLast(x);
      return channelOrder === "RGB" ? last : tf.reverse(last, 3);
    },
    feed: (pictures, options) => {
      const sized = pictures.map((picture) => preprocess(picture, options));
      return planes(pictureBatch(sized), normalizer(inRgb(options)));
    },
  },
  raw_pixel_values: {
    name: "pixel_values",
    type: "float32",
    anySize: true,
    shape: channelsFirst,
    enter: (x, options) => normalize(resizeAndCrop(toLast(x), options), options),
    feed: (pictures) => planes(pictureBatch(pictures), (value) => value),
  },
  pixels: {
    name: "pixels",
    type: "uint8",
    anySize: true,
    shape: channelsLast,
    enter: (x, options) => normalize(resizeAndCrop(x as tf.Tensor4D, options), options),
    feed: (pictures) => pictureBatch(pictures),
  },
  sized_pixels: {
    name: "pixels",
    type: "float32",
    anySize: false,
    shape: channelsLast,
    enter: (x, options) => normalize(x, options),
    feed: (pictures, options) => {
      const { shape, data } = pictureBatch(pictures.map((one) => preprocess(one, options)));
      return { dtype: "float32", shape, data: Float32Array.from(data) };
    },
  },
};

/** The same preparation with mean and deviation in the order of the picture's channels. */
function inRgb(options: Preprocess): Preprocess {
  if (options.channelOrder === "RGB") return options;
  const flip = ([b, g, r]: Preprocess["mean"]): Preprocess["mean"] => [r, g, b];
  return { ...options, channelOrder: "RGB", mean: flip(options.mean), std: flip(options.std) };
}

const normalizer =
  ({ mean, std }: Preprocess) =>
  (value: number, channel: number): number =>
    (value / 255 - mean[channel]!) / std[channel]!;

/** (B, H, W, 3) bytes -> (B, 3, H, W) float32. */
function planes(
  { shape, data }: HostTensor<"uint8">,
  change: (value: number, channel: number) => number,
): HostTensor<"float32"> {
  const [batch = 0, height = 0, width = 0] = shape;
  const area = height * width;
  const out = new Float32Array(data.length);
  for (let i = 0; i < batch * area; i++) {
    const to = Math.floor(i / area) * 3 * area + (i % area);
    for (let c = 0; c < 3; c++) out[to + c * area] = change(data[i * 3 + c]!, c);
  }
  return { dtype: "float32", shape: [batch, 3, height, width], data: out };
}

/** The preprocessor_config.json beside an export: what its reader has to do for this input. */
export function clientPreprocessor(
  input: PictureInput,
  options: Preprocess,
): { readonly [key: string]: Json } {
  const config = toPreprocessorConfig(inRgb(options));
  if (input === "pixel_values") return config;
  const { anySize } = pictureInputs[input];
  const own = { do_resize: !anySize, do_center_crop: !anySize };
  return { ...config, ...own, do_rescale: false, do_normalize: false };
}
