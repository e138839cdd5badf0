import * as tf from "@tensorflow/tfjs-core";
import { fnv1a, philoxBlocks } from "./random/philox.js";

export { philox } from "./random/philox.js";

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

/** What a draw depends on. Seeds, steps and micro-batches count by their low 32 bits. */
export type Draw = {
  readonly seed: number;
  /** Updates made before. Default 0. */
  readonly step?: number;
  /** Number of the micro-batch within the step. Default 0. */
  readonly micro?: number;
  /** What the numbers are for: two sites share no draws. */
  readonly site: string;
};

/**
 * `count` random 32-bit words: word i is word i % 4 of Philox4x32-10 with the key (seed, FNV-1a of the
 * site) and the counter (i / 4, step, micro, 0).
 */
export function randomWords({ seed, step = 0, micro = 0, site }: Draw, count: number): Uint32Array {
  const words = new Uint32Array(Math.ceil(count / 4) * 4);
  philoxBlocks([seed, fnv1a(site)], [0, step, micro, 0], words);
  return words.subarray(0, count);
}

/** Uniform in [0, 1): the upper 24 bits of each word, over 2^24. */
export function uniformValues(draw: Draw, count: number): Float32Array {
  const words = randomWords(draw, count);
  const values = new Float32Array(count);
  for (let index = 0; index < count; index++) values[index] = (words[index]! >>> 8) / 2 ** 24;
  return values;
}

/** 1 where the uniform value is below `keep`, else 0. */
export function bernoulliBits(draw: Draw, count: number, keep: number): Uint8Array {
  const words = randomWords(draw, count);
  const threshold = keep * 2 ** 24;
  const bits = new Uint8Array(count);
  for (let index = 0; index < count; index++) bits[index] = words[index]! >>> 8 < threshold ? 1 : 0;
  return bits;
}

/** Normal with mean 0 and deviation 1 (Box and Muller 1958), two values from two words. */
export function normalValues(draw: Draw, count: number): Float32Array {
  const words = randomWords(draw, count + (count % 2));
  const values = new Float32Array(words.length);
  for (let index = 0; index < words.length; index += 2) {
    // (word + 1/2) / 2^32 is never 0, so the logarithm is finite.
    const radius = Math.sqrt(-2 * Math.log((words[index]! + 0.5) / 2 ** 32));
    const angle = (2 * Math.PI * words[index + 1]!) / 2 ** 32;
    values[index] = radius * Math.cos(angle);
    values[index + 1] = radius * Math.sin(angle);
  }
  return values.subarray(0, count);
}

/** The numbers 0 to n - 1 in an order of their own for each seed and epoch (Fisher and Yates). */
export function permutation(seed: number, epoch: number, n: number): Uint32Array {
  const words = randomWords({ seed, step: epoch, site: "permutation" }, 2 * n);
  const order = Uint32Array.from({ length: n }, (_, index) => index);
  for (let last = n - 1; last > 0; last--) {
    // 53 bits: the bias of rounding is below 2^-20 for any n that fits in memory.
    const draw = words[2 * last]! / 2 ** 32 + (words[2 * last + 1]! >>> 11) / 2 ** 53;
    const pick = Math.floor(draw * (last + 1));
    [order[last], order[pick]] = [order[pick]!, order[last]!];
  }
  return order;
}

/** Draws made on the host: what eager engines hand to programs. The caller owns the tensors. */
export function hostRandom(draw: Omit<Draw, "site">): Random {
  const size = (shape: readonly number[]) => shape.reduce((all, length) => all * length, 1);
  return {
    bernoulli: (site, shape, keep) =>
      tf.tensor(bernoulliBits({ ...draw, site }, size(shape), keep), [...shape], "bool"),
    uniform: (site, shape) =>
      tf.tensor(uniformValues({ ...draw, site }, size(shape)), [...shape], "float32"),
  };
}
