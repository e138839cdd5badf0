import * as tf from "@tensorflow/tfjs-core";
import { GraftError } from "../errors.js";
import type { LowRank } from "./lora.js";

/**
 * Filter [out, in/groups, height, width] and bias [out], as PyTorch keeps them; of an adapter, A
 * [r, in, height, width] and B [out, r, 1, 1].
 */
export type Conv = { weight: tf.Tensor4D; bias?: tf.Tensor1D } & LowRank<tf.Tensor4D>;

/**
 * Zeros around a map: the same on all sides; "same" (TensorFlow's rule: output = ceil(input/stride),
 * the odd zero goes after); or [[top, bottom], [left, right]].
 */
export type Padding =
  | number
  | "same"
  | readonly [readonly [number, number], readonly [number, number]];

export type ConvOptions = {
  /** Default 1. */
  stride?: number;
  /** Distance between the taps. Default 1; tfjs-core refuses it together with a stride. */
  dilation?: number;
  /** Channels are split into so many separate convolutions. Default 1. */
  groups?: number;
  /** Default 0. */
  pad?: Padding;
};

/** The padding in the form that tfjs-core takes. */
export const tfPadding = (pad: Padding): "same" | number | tf.backend_util.ExplicitPadding =>
  typeof pad === "object" ? [[0, 0], [...pad[0]], [...pad[1]], [0, 0]] : pad;

/**
 * Convolution (B, H, W, in) -> (B, H', W', out); the filter stays in PyTorch's layout. An adapter's A
 * takes the same steps over the map as the filter. Throws `shape-mismatch`, for an adapter of a
 * convolution in groups too.
 */
export function conv(p: Conv, x: tf.Tensor4D, options: ConvOptions = {}): tf.Tensor4D {
  const y = convolve(p.weight, x, options);
  const plain = p.bias ? tf.add<tf.Tensor4D>(y, p.bias) : y;
  if (!p.lora_A || !p.lora_B) return plain;
  return tf.add(plain, convolve(p.lora_B.weight, convolve(p.lora_A.weight, x, options), {}));
}

function convolve(weight: tf.Tensor4D, x: tf.Tensor4D, options: ConvOptions): tf.Tensor4D {
  const { stride = 1, dilation = 1, groups = 1, pad = 0 } = options;
  const padding = tfPadding(pad);
  const channels = x.shape[3];
  checkChannels(weight, channels, groups);
  if (groups === 1) {
    return tf.conv2d(x, filter(weight), stride, padding, "NHWC", dilation);
  }
  if (groups === channels) {
    return tf.depthwiseConv2d(
      x,
      depthwiseFilter(weight, channels),
      stride,
      padding,
      "NHWC",
      dilation,
    );
  }
  const filters = tf.split<tf.Tensor4D>(filter(weight), groups, 3);
  const maps = tf.split<tf.Tensor4D>(x, groups, 3);
  const parts = maps.map((map, group) =>
    tf.conv2d<tf.Tensor4D>(map, filters[group]!, stride, padding, "NHWC", dilation),
  );
  return tf.concat4d(parts, 3);
}

/** OIHW -> HWIO. */
const filter = (weight: tf.Tensor4D): tf.Tensor4D =>
  tf.transpose<tf.Tensor4D>(weight, [2, 3, 1, 0]);

/** [channels * multiplier, 1, H, W] -> [H, W, channels, multiplier]. */
function depthwiseFilter(weight: tf.Tensor4D, channels: number): tf.Tensor4D {
  const [out, , height, width] = weight.shape;
  const multiplier = out / channels;
  const split: tf.Tensor4D = tf.reshape(weight, [channels, multiplier, height, width]);
  return tf.transpose<tf.Tensor4D>(split, [2, 3, 0, 1]);
}

function checkChannels(weight: tf.Tensor4D, channels: number, groups: number): void {
  const [out, perGroup] = weight.shape;
  if (perGroup * groups === channels && out % groups === 0) return;
  throw new GraftError(
    "shape-mismatch",
    `A convolution with filter [${weight.shape}] in ${groups} group(s) takes ${perGroup * groups} channels; the map has ${channels}. Check that the weights belong to this model.`,
    { details: { filter: weight.shape, groups, channels } },
  );
}
