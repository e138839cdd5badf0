import * as tf from "@tensorflow/tfjs-core";
import { type Padding, tfPadding } from "./conv.js";
import { fullOverInside } from "./window.js";

export type PoolOptions = {
  /** Height and width of the window. */
  size: number;
  /** Default: the window's size. */
  stride?: number;
  /** Default 0. */
  pad?: Padding;
  /** Rounds the output's size up: the last window may reach past the edge, as in PyTorch. Default false. */
  ceil?: boolean;
};

/** Largest value of each window; padding never wins: (B, H, W, C) -> (B, H', W', C). */
export function maxPool(x: tf.Tensor4D, options: PoolOptions): tf.Tensor4D {
  const { size, stride = size, pad = 0, ceil = false } = options;
  const padding = ceil && pad !== "same" ? reachUp(x, size, stride, pad) : pad;
  return tf.maxPool(x, size, stride, tfPadding(padding));
}

/**
 * Mean of each window, padding counted as zeros, as in PyTorch: (B, H, W, C) -> (B, H', W', C). With
 * "same" the padding is not counted, as in TensorFlow.
 */
export function averagePool(x: tf.Tensor4D, options: Omit<PoolOptions, "ceil">): tf.Tensor4D {
  const { size, stride = size, pad = 0 } = options;
  const info = tf.backend_util.computePool2DInfo(x.shape, size, stride, 1, tfPadding(pad));
  const { top, bottom, left, right } = info.padInfo;
  if (top + bottom + left + right === 0) return tf.avgPool(x, size, stride, "valid");
  // Written out, because backends disagree on the gradient of an average over padding.
  const padded = tf.pad(x, [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]);
  const counted = tf.avgPool(padded, size, stride, "valid");
  return pad === "same" ? tf.mul(counted, fullOverInside(info)) : counted;
}

/** Mean over the map: (B, H, W, C) -> (B, C). */
export const globalAveragePool = (x: tf.Tensor4D): tf.Tensor2D => tf.mean<tf.Tensor2D>(x, [1, 2]);

/** Largest value of the map: (B, H, W, C) -> (B, C). */
export const globalMaxPool = (x: tf.Tensor4D): tf.Tensor2D => tf.max<tf.Tensor2D>(x, [1, 2]);

/**
 * Mean of windows that cover the map, however large it is, as PyTorch's adaptive pool cuts them (from
 * floor(i n / size) up to ceil((i + 1) n / size)): (B, H, W, C) -> (B, size, size, C).
 */
export function adaptiveAveragePool(x: tf.Tensor4D, size: number): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  if (height === size && width === size) return x;
  // Each axis is one product with a matrix of shares; windows of unequal sizes are no pool of any backend.
  const rows = tf.matMul(windowShares(height, size), tf.reshape(x, [batch, height, -1]));
  const lines = tf.reshape(rows, [batch * size, width, channels]);
  return tf.reshape(tf.matMul(windowShares(width, size), lines), [batch, size, size, channels]);
}

/** Row i holds 1 / n at the n places of window i: (1, size, length). */
function windowShares(length: number, size: number): tf.Tensor3D {
  const shares = Array.from({ length: size }, (_, window) => {
    const start = Math.floor((window * length) / size);
    const end = Math.ceil(((window + 1) * length) / size);
    return Array.from({ length }, (_, at) => (at >= start && at < end ? 1 / (end - start) : 0));
  });
  return tf.tensor3d([shares]);
}

type Sides = readonly [readonly [number, number], readonly [number, number]];

const sides = (pad: Exclude<Padding, "same">): Sides =>
  typeof pad === "number"
    ? [
        [pad, pad],
        [pad, pad],
      ]
    : pad;

/** Lengthens the padding after the map, so that rounding down gives what rounding up would. */
function reachUp(
  x: tf.Tensor4D,
  size: number,
  stride: number,
  pad: Exclude<Padding, "same">,
): Sides {
  const reach = (length: number, [before, after]: readonly [number, number]) => {
    const windows = Math.ceil((length + before + after - size) / stride) + 1;
    // A window must start on the picture or the padding before it, not on the padding after.
    const started = (windows - 1) * stride >= length + before ? windows - 1 : windows;
    return [before, Math.max(after, (started - 1) * stride + size - length - before)] as const;
  };
  const [rows, columns] = sides(pad);
  return [reach(x.shape[1], rows), reach(x.shape[2], columns)];
}
