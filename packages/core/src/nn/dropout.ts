import * as tf from "@tensorflow/tfjs-core";
import type { Pass } from "./pass.js";

/** In training, zeroes each value with probability `rate` and scales the rest by 1 / (1 - rate). */
export function dropout<T extends tf.Tensor>(
  x: T,
  { rate, site }: { rate: number; site: string },
  pass: Pass,
): T {
  if (!pass.training || rate === 0) return x;
  const keep = 1 - rate;
  const mask = tf.cast(pass.random.bernoulli(site, x.shape, keep), "float32");
  return tf.mul(x, tf.mul(mask, 1 / keep));
}
