import * as tf from "@tensorflow/tfjs-core";

/** Matrix [out, in] and bias [out], as PyTorch keeps them. */
export type Linear = { weight: tf.Tensor2D; bias?: tf.Tensor1D };

/** x W^T + b over the last axis: (..., in) -> (..., out). */
export function linear<T extends tf.Tensor>(p: Linear, x: T): T {
  const rows = x.rank === 2 ? x : tf.reshape(x, [-1, x.shape[x.rank - 1]!]);
  const product = tf.matMul(rows as tf.Tensor2D, p.weight, false, true);
  const y = p.bias ? tf.add(product, p.bias) : product;
  return (x.rank === 2 ? y : tf.reshape(y, [...x.shape.slice(0, -1), p.weight.shape[0]])) as T;
}
