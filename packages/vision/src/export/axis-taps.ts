import * as tf from "@tensorflow/tfjs-core";
import { type Interpolation, PRECISION_BITS } from "../picture/resample-filter.js";

/** One axis of a resize whose input size only the running program knows. All are float32 scalars. */
export type TensorAxis = {
  /** Pixels before. */
  readonly size: tf.Scalar;
  /** Pixels after, the whole picture's. */
  readonly outSize: tf.Scalar;
  /** First pixel that is kept of the result; negative where black is added. */
  readonly first: tf.Scalar;
};

/**
 * Weights in fixed point, as the host has them, in two parts: coarse * 2^11 + fine, both whole numbers.
 * Each part's products with pixels add up below 2^24, so that float32 sums are exact in any order.
 */
export type TensorTaps = { readonly coarse: tf.Tensor2D; readonly fine: tf.Tensor2D };

const PART = 2 ** (PRECISION_BITS / 2);

/**
 * Row i of (length, size) holds the weights of output pixel first + i: what `taps` makes on the host,
 * computed by the program itself. `positions` is 0, 1, ..., size - 1. Rows outside the picture are 0.
 * "bilinear" is the host's to the last bit; of the smoother filters a weight may differ by 2^-22, and
 * where an edge of "box" or a centre of "nearest" falls between two pixels, the host may take the other.
 */
export function axisTaps(
  interpolation: Interpolation,
  axis: TensorAxis & { positions: tf.Tensor1D; length: number },
): TensorTaps {
  const { size, outSize, first, positions, length } = axis;
  const out = tf.reshape(tf.add(tf.range(0, length, 1, "float32"), first), [length, 1]);
  // Input pixel j lies (2 j + 1) outSize - (2 out + 1) size from the centre, in whole parts that float32
  // holds exactly.
  const centre = tf.mul(tf.add(tf.mul(out, 2), 1), size);
  const parts = tf.mul(tf.add(tf.mul(positions, 2), 1), outSize);
  const inside = tf.logicalAnd(tf.greaterEqual(out, 0), tf.less(out, outSize));
  const weights = fixedWeights(interpolation, tf.sub(parts, centre), { size, outSize });
  const whole = tf.where(inside, weights, tf.zerosLike(weights));
  const coarse = tf.floor(tf.div(tf.add(whole, PART / 2), PART));
  return {
    coarse: coarse as tf.Tensor2D,
    fine: tf.sub<tf.Tensor2D>(whole, tf.mul(coarse, PART)),
  };
}

/** Products of pixels with both parts -> pixels, rounded and clipped as on the host. */
export function joinParts<T extends tf.Tensor>(coarse: T, fine: T): T {
  const carried = tf.add(tf.add(coarse, PART / 2), tf.floor(tf.div(fine, PART)));
  return tf.clipByValue(tf.floor(tf.div(carried, PART)), 0, 255) as T;
}

/** Weights times 2^22, by the distance from the centre in parts of which a pixel has 2 outSize. */
function fixedWeights(
  interpolation: Interpolation,
  distance: tf.Tensor,
  { size, outSize }: Pick<TensorAxis, "size" | "outSize">,
): tf.Tensor {
  const reach = tf.mul(tf.maximum(size, outSize), 2);
  if (interpolation === "nearest") return tf.mul(hits(distance, outSize), PART * PART);
  if (interpolation === "bilinear") return exactShares(tf.relu(tf.sub(reach, tf.abs(distance))));
  const x = tf.div(distance, reach);
  if (interpolation === "box") {
    const isNear = tf.logicalAnd(tf.greater(x, -0.5), tf.lessEqual(x, 0.5));
    return exactShares(tf.cast(isNear, "float32"));
  }
  const values = filters[interpolation](x);
  const shares = tf.div(values, tf.sum(values, 1, true));
  return tf.floor(tf.add(tf.mul(shares, PART * PART), 0.5));
}

/** 1 where the centre lies in the pixel: at its left edge or before the right one. */
function hits(distance: tf.Tensor, outSize: tf.Tensor): tf.Tensor {
  const isHit = tf.logicalAnd(
    tf.greater(distance, tf.neg(outSize)),
    tf.lessEqual(distance, outSize),
  );
  return tf.cast(isHit, "float32");
}

/** Bits of each round of the division below: they add up to 22, and 2^5 sums stay below 2^24. */
const ROUNDS = [5, 5, 5, 5, 2];

/**
 * Whole numbers over their rows' sums, times 2^22 and rounded: a long division. A quotient's digit may
 * be one too large or too small, since the next ones make up for it: the rest is always exact.
 */
function exactShares(numbers: tf.Tensor): tf.Tensor {
  const sum = tf.sum(numbers, 1, true);
  let rest = numbers;
  let quotient: tf.Tensor = tf.zerosLike(numbers);
  for (const bits of ROUNDS) {
    const more = tf.mul(rest, 2 ** bits);
    const digit = tf.floor(tf.div(more, sum));
    rest = tf.sub(more, tf.mul(digit, sum));
    quotient = tf.add(tf.mul(quotient, 2 ** bits), digit);
  }
  return tf.add(quotient, tf.floor(tf.add(tf.div(rest, sum), 0.5)));
}

type Filter = (x: tf.Tensor) => tf.Tensor;

const filters: Readonly<Record<"hamming" | "bicubic" | "lanczos", Filter>> = {
  hamming: (x) =>
    within(1, x, tf.mul(sinc(x), tf.add(tf.mul(tf.cos(tf.mul(x, Math.PI)), 0.46), 0.54))),
  bicubic,
  lanczos: (x) => within(3, x, tf.mul(sinc(x), sinc(tf.div(x, 3)))),
};

/** Keys' cubic convolution with a = -0.5 (IEEE ASSP 29(6), 1981). */
function bicubic(x: tf.Tensor): tf.Tensor {
  const t = tf.abs(x);
  const near = tf.add(tf.mul(tf.mul(tf.sub(tf.mul(t, 1.5), 2.5), t), t), 1);
  const far = tf.mul(tf.sub(tf.mul(tf.add(tf.mul(tf.sub(t, 5), t), 8), t), 4), -0.5);
  return tf.where(tf.less(t, 1), near, within(2, x, far));
}

function sinc(x: tf.Tensor): tf.Tensor {
  const turned = tf.mul(x, Math.PI);
  const isCentre = tf.equal(x, 0);
  const safe = tf.where(isCentre, tf.onesLike(x), turned);
  return tf.where(isCentre, tf.onesLike(x), tf.div(tf.sin(safe), safe));
}

const within = (reach: number, x: tf.Tensor, y: tf.Tensor): tf.Tensor =>
  tf.mul(y, tf.cast(tf.less(tf.abs(x), reach), "float32"));

/** floor(a / b) of whole numbers below 2^24, exact although the quotient is rounded. */
export function divideDown(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const near = tf.floor(tf.div(a, b));
  const rest = tf.sub(a, tf.mul(near, b));
  const below = tf.cast(tf.less(rest, 0), "float32");
  const above = tf.cast(tf.greaterEqual(rest, b), "float32");
  return tf.add(tf.sub(near, below), above);
}
