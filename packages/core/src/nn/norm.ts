import * as tf from "@tensorflow/tfjs-core";
import { GraftError } from "../errors.js";
import { type Conv, type ConvOptions, conv } from "./conv.js";
import { batchNormTrain, layerNormKernel } from "./kernels.js";
import type { Pass } from "./pass.js";

/** Scale and offset of a norm, by PyTorch's names. */
export type Affine = { weight: tf.Tensor1D; bias: tf.Tensor1D };

/** Batch norm: the running statistics [C] are buffers. */
export type Norm = Affine & { running_mean: tf.Tensor1D; running_var: tf.Tensor1D };

export type BatchNormOptions = {
  /** Added to the variance. Default 1e-5. */
  epsilon?: number;
  /** Share of the new batch in the running statistics. Default 0.1. */
  momentum?: number;
};

/**
 * Batch norm over the last axis (arXiv 1502.03167). Where the pass says that the running statistics
 * are live, the batch's own are used and the running ones move (with the unbiased variance, as in
 * PyTorch); elsewhere the running ones are used. Throws `batch-invalid` for one value a channel.
 */
export function batchNorm<T extends tf.Tensor>(
  p: Norm,
  x: T,
  pass: Pass,
  options: BatchNormOptions = {},
): T {
  const { epsilon = 1e-5 } = options;
  if (pass.moves(p.running_mean)) return normaliseByBatch(p, x, pass, options);
  const rank4 = x as tf.Tensor as tf.Tensor4D;
  const y = tf.batchNorm(rank4, p.running_mean, p.running_var, p.bias, p.weight, epsilon);
  return y as tf.Tensor as T;
}

function normaliseByBatch<T extends tf.Tensor>(
  p: Norm,
  x: T,
  pass: Pass,
  { epsilon = 1e-5, momentum = 0.1 }: BatchNormOptions,
): T {
  const count = x.size / p.weight.size;
  if (count < 2) {
    throw new GraftError(
      "batch-invalid",
      `Batch norm in training needs more than one value a channel; the map is [${x.shape}]. Use a larger batch, or freeze the norm.`,
      { details: { shape: x.shape } },
    );
  }
  const [y, mean, variance] = batchNormTrain(x, p.weight, p.bias, epsilon);
  const unbiased = tf.mul(variance, count / (count - 1));
  pass.move(p.running_mean, blend(p.running_mean, mean, momentum));
  pass.move(p.running_var, blend(p.running_var, unbiased, momentum));
  return y;
}

const blend = (running: tf.Tensor, batch: tf.Tensor, momentum: number): tf.Tensor =>
  tf.add(tf.mul(running, 1 - momentum), tf.mul(batch, momentum));

/**
 * A convolution and its batch norm. With frozen statistics the norm is folded into the filter,
 * conv(x, w s) + (b - mean s) with s = weight / sqrt(var + epsilon): no pass over the map, and the
 * gradients of scale and offset come from arrays of the filter's size. An adapter's B is scaled alike.
 */
export function convNorm(
  convolution: Conv,
  norm: Norm,
  x: tf.Tensor4D,
  options: ConvOptions & BatchNormOptions,
  pass: Pass,
): tf.Tensor4D {
  const { epsilon = 1e-5 } = options;
  if (pass.moves(norm.running_mean)) {
    return batchNorm(norm, conv(convolution, x, options), pass, options);
  }
  const scale = tf.mul(norm.weight, tf.rsqrt(tf.add(norm.running_var, epsilon)));
  const scaled = (filter: tf.Tensor4D): tf.Tensor4D =>
    tf.mul(filter, tf.reshape(scale, [-1, 1, 1, 1]));
  const weight = scaled(convolution.weight);
  const mean = convolution.bias ? tf.sub(norm.running_mean, convolution.bias) : norm.running_mean;
  const bias = tf.sub<tf.Tensor1D>(norm.bias, tf.mul(mean, scale));
  const { lora_A: a, lora_B: b } = convolution;
  const adapter = a && b ? { lora_A: a, lora_B: { weight: scaled(b.weight) } } : {};
  return conv({ weight, bias, ...adapter }, x, options);
}

/** Layer norm over the last axis (arXiv 1607.06450). */
export const layerNorm = <T extends tf.Tensor>(
  p: Affine,
  x: T,
  { epsilon = 1e-5 }: { epsilon?: number } = {},
): T => layerNormKernel(x, p.weight, p.bias, epsilon)[0];

/** Group norm (arXiv 1803.08494) of a map (B, H, W, C): each group of channels by its own statistics. */
export function groupNorm(
  p: Affine,
  x: tf.Tensor4D,
  { groups, epsilon = 1e-5 }: { groups: number; epsilon?: number },
): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  if (channels % groups !== 0) {
    throw new GraftError(
      "shape-mismatch",
      `Group norm cannot split ${channels} channels into ${groups} groups. Use a number of groups that divides the channels.`,
      { details: { channels, groups } },
    );
  }
  const split = tf.reshape(x, [batch, height * width, groups, channels / groups]);
  const mean = tf.mean(split, [1, 3], true);
  const centred = tf.sub(split, mean);
  const variance = tf.mean(tf.square(centred), [1, 3], true);
  const normal = tf.mul(centred, tf.rsqrt(tf.add(variance, epsilon)));
  return tf.add(tf.mul(tf.reshape(normal, x.shape), p.weight), p.bias);
}
