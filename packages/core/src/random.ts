import type * as tf from "@tensorflow/tfjs-core";

/**
 * Random draws inside a program. A draw is named by its site; its bits are a counter-based hash of
 * (seed, step, site, index), so they are the same on every engine and after every resume.
 */
export type Random = {
  /** 1 with probability `keep`, else 0; bool, of the given shape. */
  bernoulli(site: string, shape: readonly number[], keep: number): tf.Tensor;
  /** Uniform in [0, 1), float32. */
  uniform(site: string, shape: readonly number[]): tf.Tensor;
};
