import * as tf from "@tensorflow/tfjs-core";

/** What the fused kernels compute, in operations that every backend has. */

export const reluGrad = (y: tf.Tensor, dy: tf.Tensor): tf.Tensor => tf.mul(dy, tf.step(y));

export const relu6Grad = (y: tf.Tensor, dy: tf.Tensor): tf.Tensor =>
  tf.mul(dy, tf.mul(tf.step(y), tf.step(tf.sub(6, y))));

const leading = (x: tf.Tensor): number[] => Array.from({ length: x.rank - 1 }, (_, axis) => axis);

export function batchNorm(
  x: tf.Tensor,
  scale: tf.Tensor,
  offset: tf.Tensor,
  epsilon: number,
): tf.Tensor[] {
  const axes = leading(x);
  const mean = tf.mean<tf.Tensor1D>(x, axes);
  const variance = tf.mean<tf.Tensor1D>(tf.squaredDifference(x, mean), axes);
  return [normalise(x, mean, variance, epsilon, scale, offset), mean, variance];
}

/** tfjs-core's own kernel: one pass, where each broadcasting operation would be another. */
const normalise = (
  x: tf.Tensor,
  mean: tf.Tensor,
  variance: tf.Tensor,
  epsilon: number,
  scale?: tf.Tensor,
  offset?: tf.Tensor,
): tf.Tensor =>
  tf.batchNorm(
    x as tf.Tensor4D,
    mean as tf.Tensor1D,
    variance as tf.Tensor1D,
    (offset ?? tf.zerosLike(mean)) as tf.Tensor1D,
    (scale ?? tf.onesLike(mean)) as tf.Tensor1D,
    epsilon,
  );

export function batchNormGrad(
  x: tf.Tensor,
  dy: tf.Tensor,
  scale: tf.Tensor,
  mean: tf.Tensor,
  variance: tf.Tensor,
  epsilon: number,
): tf.Tensor[] {
  const axes = leading(x);
  const count = x.size / scale.size;
  const xhat = normalise(x, mean, variance, epsilon);
  const doffset = tf.sum(dy, axes);
  const dscale = tf.sum(tf.mul(dy, xhat), axes);
  const factor = tf.mul(scale, tf.rsqrt(tf.add(variance, epsilon)));
  const alike = tf.add(tf.div(doffset, count), tf.mul(xhat, tf.div(dscale, count)));
  return [tf.mul(factor, tf.sub(dy, alike)), dscale, doffset];
}

export function layerNorm(
  x: tf.Tensor,
  scale: tf.Tensor,
  offset: tf.Tensor,
  epsilon: number,
): tf.Tensor[] {
  const mean = tf.mean(x, -1, true);
  const centred = tf.sub(x, mean);
  const rstd = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), epsilon));
  return [tf.add(tf.mul(tf.mul(centred, rstd), scale), offset), mean, rstd];
}

export function layerNormGrad(
  x: tf.Tensor,
  dy: tf.Tensor,
  scale: tf.Tensor,
  mean: tf.Tensor,
  rstd: tf.Tensor,
): tf.Tensor[] {
  const axes = leading(x);
  const xhat = tf.mul(tf.sub(x, mean), rstd);
  const scaled = tf.mul(dy, scale);
  const alike = tf.add(
    tf.mean(scaled, -1, true),
    tf.mul(xhat, tf.mean(tf.mul(scaled, xhat), -1, true)),
  );
  return [tf.mul(rstd, tf.sub(scaled, alike)), tf.sum(tf.mul(dy, xhat), axes), tf.sum(dy, axes)];
}

/** Phi(x), the normal distribution's cumulative function. */
const cumulative = (x: tf.Tensor): tf.Tensor =>
  tf.mul(0.5, tf.add(1, tf.erf(tf.mul(x, Math.SQRT1_2))));

export const gelu = (x: tf.Tensor): tf.Tensor => tf.mul(x, cumulative(x));

export function geluGrad(x: tf.Tensor, dy: tf.Tensor): tf.Tensor {
  const density = tf.mul(1 / Math.sqrt(2 * Math.PI), tf.exp(tf.mul(-0.5, tf.square(x))));
  return tf.mul(dy, tf.add(cumulative(x), tf.mul(x, density)));
}
