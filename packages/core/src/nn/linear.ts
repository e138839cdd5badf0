import * as tf from "@tensorflow/tfjs-core";
import type { LowRank } from "./lora.js";

/** Matrix [out, in] and bias [out], as PyTorch keeps them; of an adapter, A [r, in] and B [out, r]. */
export type Linear = { weight: tf.Tensor2D; bias?: tf.Tensor1D } & LowRank<tf.Tensor2D>;

/** x W^T + b over the last axis, (..., in) -> (..., out); with an adapter, x A^T B^T more. */
export function linear<T extends tf.Tensor>(p: Linear, x: T): T {
  const rows = (x.rank === 2 ? x : tf.reshape(x, [-1, x.shape[x.rank - 1]!])) as tf.Tensor2D;
  const product = tf.matMul(rows, p.weight, false, true);
  const plain = p.bias ? tf.add<tf.Tensor2D>(product, p.bias) : product;
  const y = p.lora_A && p.lora_B ? tf.add(plain, through(p.lora_A, p.lora_B, rows)) : plain;
  return (x.rank === 2 ? y : tf.reshape(y, [...x.shape.slice(0, -1), p.weight.shape[0]])) as T;
}

const through = (a: Linear, b: Linear, rows: tf.Tensor2D): tf.Tensor2D =>
  tf.matMul(tf.matMul(rows, a.weight, false, true), b.weight, false, true);
