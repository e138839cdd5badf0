import type { Batch } from "../engine.js";
import { GraftError } from "../errors.js";
import { permutation } from "../random.js";
import { prefetched } from "./prefetch.js";
import type { Sampler } from "./sampler.js";
import type { Subset } from "./subset-source.js";

/** Where samples come from: a folder of pictures, a table, arrays in memory. */
export type Source = {
  /** How many samples there are. */
  readonly size: number;
  /**
   * One batch of these samples, in this order. `epoch` seeds augmentation and counts from 1;
   * 0 means evaluation, where nothing is augmented.
   */
  load(indices: readonly number[], context: { epoch: number }): Promise<Batch>;
  /** Of what it is a part (`subsetSource`). */
  readonly subset?: Subset<Source>;
  /**
   * Where batches differ in shape, such as texts padded to the longest among them: the same samples in
   * batches of one shape, as features are cached where there are no `groups`. Default: the source itself.
   */
  readonly uniform?: Source;
  /**
   * Where batches differ in shape: which samples have the same, each in one group. A batch has the shape
   * of the largest of its samples' groups. Features are cached group by group.
   */
  readonly groups?: readonly SampleGroup[];
};

/** Samples of one shape. */
export type SampleGroup = {
  /** Says the shape, such as the padded length. Later groups are larger. */
  readonly key: string;
  readonly indices: ArrayLike<number>;
};

export type Batches = {
  readonly stepsPerEpoch: number;
  /** An endless seeded order that can start at any step; `step` counts the batches already taken. */
  from(step: number): AsyncIterable<{ epoch: number; batch: Batch }>;
};

export type BatchesOptions = {
  batchSize: number;
  /** Decides the order: a fresh one in each epoch, the same for the same seed on every machine. */
  seed: number;
  /** Default true. */
  shuffle?: boolean;
  /** Which samples an epoch holds and in what order, in place of `shuffle`. Default: each once. */
  sampler?: Sampler;
  /**
   * What becomes of an incomplete last batch: filled up from the start of the epoch's order, or left
   * out. It is never padded: padding would enter batch statistics. Default "wrap".
   */
  last?: "drop" | "wrap";
  /** Batches loaded ahead of the one in use. Default 1. */
  prefetch?: number;
};

/** Batches of one size for training. Throws `dataset-empty` and `config-invalid` at once. */
export function createBatches(source: Source, options: BatchesOptions): Batches {
  const { batchSize, seed, shuffle = true, last = "wrap", prefetch = 1 } = options;
  checkSizes(source, batchSize);
  const size = options.sampler?.size ?? source.size;
  const whole = size / batchSize;
  const stepsPerEpoch = last === "drop" ? Math.floor(whole) : Math.ceil(whole);
  if (stepsPerEpoch === 0) {
    throw new GraftError(
      "config-invalid",
      `A batch of ${batchSize} is larger than the ${size} samples, and incomplete batches are dropped. Choose a smaller batch size.`,
      { details: { batchSize, size } },
    );
  }
  const orderOf = (epoch: number): ArrayLike<number> => {
    if (options.sampler) return options.sampler.order(epoch);
    return shuffle ? permutation(seed, epoch, size) : Array.from({ length: size }, (_, i) => i);
  };

  function* plan(step: number): Generator<() => Promise<{ epoch: number; batch: Batch }>> {
    for (let epoch = Math.floor(step / stepsPerEpoch) + 1; ; epoch++) {
      const order = orderOf(epoch);
      const first = Math.max(0, step - (epoch - 1) * stepsPerEpoch);
      for (let index = first; index < stepsPerEpoch; index++) {
        const indices = Array.from(
          { length: batchSize },
          (_, i) => order[(index * batchSize + i) % order.length]!,
        );
        yield async () => ({ epoch, batch: await source.load(indices, { epoch }) });
      }
    }
  }
  return { stepsPerEpoch, from: (step) => prefetched(plan(step), prefetch) };
}

export function checkSizes(source: Source, batchSize: number): void {
  if (source.size === 0) {
    throw new GraftError("dataset-empty", "There are no samples to make batches of.");
  }
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new GraftError(
      "config-invalid",
      `The batch size is ${batchSize}; it must be 1 or more.`,
      {
        details: { batchSize },
      },
    );
  }
}
