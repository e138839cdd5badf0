import { philox } from "@graft-ml/core";

/** A stream of random draws that belongs to one sample in one epoch. */
export type Draws = {
  /** In [0, 1), 32 bits. */
  uniform(): number;
  /** In [from, to). */
  between(from: number, to: number): number;
  /** A whole number in [0, count). */
  below(count: number): number;
};

/**
 * Draws that depend on the seed, the epoch and the sample alone, so that neither the order of the
 * batches nor a resume changes them: Philox 4x32-10 (Salmon et al., SC 2011) over a counter.
 */
export function createDraws(at: { seed: number; epoch: number; index: number }): Draws {
  const key = [at.seed >>> 0, Math.floor(at.seed / 2 ** 32) >>> 0] as const;
  let block: readonly number[] = [];
  let used = 0;
  const next = (): number => {
    if (used % 4 === 0) block = philox([used / 4, at.index, at.epoch, 0], key);
    return block[used++ % 4]!;
  };
  const uniform = () => next() / 2 ** 32;
  return {
    uniform,
    between: (from, to) => from + (to - from) * uniform(),
    below: (count) => Math.floor(uniform() * count),
  };
}
