import { permutation, type Sampler } from "@graft-ml/core";

export type BucketSamplerOptions = {
  /** The batch size of the training, so that a batch holds texts of one length. */
  batchSize: number;
  /** Decides which texts meet, and the order of the batches, anew in each epoch. */
  seed: number;
};

/**
 * Every text once an epoch, those of like length next to each other: texts are shuffled, sorted by bucket,
 * cut into batches, and the batches shuffled. The last batch is filled up with texts of its own length.
 */
export function bucketSampler(
  source: { readonly lengths: ArrayLike<number>; readonly buckets: readonly number[] },
  { batchSize, seed }: BucketSamplerOptions,
): Sampler {
  const { lengths, buckets } = source;
  const bucketOf = Uint32Array.from({ length: lengths.length }, (_, index) =>
    buckets.findIndex((length) => lengths[index]! <= length),
  );
  const batches = Math.ceil(lengths.length / batchSize);
  return {
    size: batches * batchSize,
    order: (epoch) => {
      const drawn = permutation(seed, 2 * epoch, lengths.length);
      const sorted = byBucket(drawn, bucketOf, buckets.length);
      const order = new Uint32Array(batches * batchSize);
      for (const [place, batch] of permutation(seed, 2 * epoch + 1, batches).entries()) {
        for (let row = 0; row < batchSize; row++) {
          const at = batch * batchSize + row;
          // What is missing at the end is taken from before the end, where the longest texts are.
          order[place * batchSize + row] =
            sorted[at < sorted.length ? at : back(at, sorted.length)]!;
        }
      }
      return order;
    },
  };
}

/** Counts back from the end for places beyond it, and round again where there are fewer texts than that. */
const back = (at: number, size: number): number => size - 1 - ((at - size) % size);

/** Longest last; within a bucket the order stays (counting sort). */
function byBucket(order: Uint32Array, bucketOf: Uint32Array, buckets: number): Uint32Array {
  const ends = new Uint32Array(buckets + 1);
  for (const index of order) ends[bucketOf[index]! + 1]!++;
  for (let bucket = 1; bucket <= buckets; bucket++) ends[bucket]! += ends[bucket - 1]!;
  const sorted = new Uint32Array(order.length);
  for (const index of order) sorted[ends[bucketOf[index]!]!++] = index;
  return sorted;
}
