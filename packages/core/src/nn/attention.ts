import * as tf from "@tensorflow/tfjs-core";
import { GraftError } from "../errors.js";
import { dropout } from "./dropout.js";
import { type Linear, linear } from "./linear.js";
import type { Pass } from "./pass.js";

/** The three projections, each [width, width]. */
export type Attention = { query: Linear; key: Linear; value: Linear };

export type AttentionOptions = {
  /** Divides the width. */
  heads: number;
  /** Added to the scores, broadcast to (B, heads, S, S): see `maskBias`. Default: nothing. */
  bias?: tf.Tensor;
  /** What the attention weights are called to whoever watches the pass. Default: they are not told. */
  name?: string;
  /** Share of the attention weights dropped in training, and the name of that draw. Default: none. */
  dropout?: { rate: number; site: string };
};

/** The most negative float32: as a bias it leaves no weight, and unlike -Infinity it makes no NaN. */
const LOWEST = -3.4028234663852886e38;

/** A bias for scores from a mask (B, S) that is 1 where a token counts and 0 where it is padding. */
export function maskBias(mask: tf.Tensor): tf.Tensor4D {
  const [batch = 0, length = 0] = mask.shape;
  const counts = tf.reshape(tf.cast(mask, "float32"), [batch, 1, 1, length]);
  return tf.mul(tf.sub(1, counts), LOWEST);
}

/**
 * Scaled dot-product self-attention in several heads (arXiv 1706.03762, section 3.2) without the
 * projection that follows: (B, S, width) -> (B, S, width). Throws `shape-mismatch` where the heads do
 * not divide the width.
 */
export function selfAttention(
  p: Attention,
  x: tf.Tensor3D,
  options: AttentionOptions,
  pass: Pass,
): tf.Tensor3D {
  const { heads, bias, name, dropout: drop } = options;
  const [batch, length, width] = x.shape;
  if (width % heads !== 0) {
    throw new GraftError(
      "shape-mismatch",
      `Attention cannot split a width of ${width} into ${heads} heads. Use a number of heads that divides the width.`,
      { details: { width, heads } },
    );
  }
  const size = width / heads;
  const split = (y: tf.Tensor) =>
    tf.transpose(tf.reshape(y, [batch, length, heads, size]), [0, 2, 1, 3]);
  // Scaling the queries costs less than scaling the scores, of which there are more.
  const query = split(tf.mul(linear(p.query, x), 1 / Math.sqrt(size)));
  const products = tf.matMul(query, split(linear(p.key, x)), false, true);
  const weights = tf.softmax(bias ? tf.add(products, bias) : products);
  if (name !== undefined) pass.watch?.(name, weights);
  const kept = drop ? dropout(weights, drop, pass) : weights;
  const mixed = tf.matMul(kept, split(linear(p.value, x)));
  return tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [batch, length, width]);
}
