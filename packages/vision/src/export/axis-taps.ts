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
 * Row i of (length, size) holds the weights of output pixel first + i: what `taps` makes on the host,
 * computed by the program itself. `positions` is 0, 1, ..., size - 1. Rows outside the picture are 0. Where
 * an edge of "box" or a centre of "nearest" falls between two pixels, the host may take the other one.
 */
export function axisWeights(
  interpolation: Interpolation,
  axis: TensorAxis & { positions: tf.Tensor1D; length: number },
): tf.Tensor2D {
  const { size, outSize, first, positions, length } = axis;
  const out = tf.reshape(tf.add(tf.range(0, length, 1, "float32"), first), [length, 1]);
  // Input pixel j lies (2 j + 1) outSize - (2 out + 1) size from the centre, in whole parts that float32
  // holds exactly; one division makes it the filter's argument.
  const centre = tf.mul(tf.add(tf.mul(out, 2), 1), size);
  const parts = tf.mul(tf.add(tf.mul(positions, 2), 1), outSize);
  const inside = tf.logicalAnd(tf.greaterEqual(out, 0), tf.less(out, outSize));
  const weights =
    interpolation === "nearest"
      ? nearestShares(parts, centre, outSize)
      : shares(filters[interpolation], tf.sub(parts, centre), tf.maximum(size, outSize));
  return tf.where(inside, weights, tf.zerosLike(weights)) as tf.Tensor2D;
}

/** A filter's value at a distance in input pixels, divided by the widening where the picture shrinks. */
type Filter = (x: tf.Tensor) => tf.Tensor;

/** Weights are rounded as on the host: sums that are nearly ties then fall to the same side. */
const FIXED_ONE = 2 ** PRECISION_BITS;

function shares(filter: Filter, distance: tf.Tensor, widened: tf.Tensor): tf.Tensor {
  const weights = filter(tf.div(distance, tf.mul(widened, 2)));
  const whole = tf.mul(tf.div(weights, tf.sum(weights, 1, true)), FIXED_ONE);
  return tf.div(tf.floor(tf.add(whole, 0.5)), FIXED_ONE);
}

/** 1 where the centre lies in the pixel: at its left edge or before the right one. */
function nearestShares(parts: tf.Tensor, centre: tf.Tensor, outSize: tf.Tensor): tf.Tensor {
  const distance = tf.sub(centre, parts);
  const isHit = tf.logicalAnd(
    tf.greaterEqual(distance, tf.neg(outSize)),
    tf.less(distance, outSize),
  );
  return tf.cast(isHit, "float32");
}

const filters: Readonly<Record<Exclude<Interpolation, "nearest">, Filter>> = {
  box: (x) => tf.cast(tf.logicalAnd(tf.greater(x, -0.5), tf.lessEqual(x, 0.5)), "float32"),
  bilinear: (x) => tf.relu(tf.sub(1, tf.abs(x))),
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
