import { expect, test } from "vitest";
import { bucketLengths } from "./bucket-lengths.js";
import { bucketSampler } from "./bucket-sampler.js";

/** Padding of these lengths at these buckets. */
const padding = (lengths: readonly number[], buckets: readonly number[]): number =>
  lengths.reduce((all, length) => all + buckets.find((bucket) => length <= bucket)! - length, 0);

/** Every choice of at most `count` lengths that ends with the longest. */
function* choices(sizes: readonly number[], count: number): Generator<number[]> {
  const last = sizes.at(-1)!;
  yield [last];
  if (count === 1) return;
  for (const [at, size] of sizes.slice(0, -1).entries()) {
    for (const rest of choices(sizes.slice(at + 1), count - 1)) yield [size, ...rest];
  }
}

const lengths = [3, 3, 4, 7, 7, 7, 8, 12, 13, 13, 20, 21, 21, 40];

test("so few lengths pad as little as any choice of so many", () => {
  const sizes = [...new Set(lengths)];
  for (let maxBuckets = 1; maxBuckets <= 5; maxBuckets++) {
    const found = bucketLengths(lengths, { maxBuckets, maxPadding: 0 });
    const best = Math.min(
      ...[...choices(sizes, maxBuckets)].map((buckets) => padding(lengths, buckets)),
    );
    expect(found).toHaveLength(maxBuckets);
    expect(padding(lengths, found)).toBe(best);
  }
});

test("no more lengths than the padding asks for, and multiples where wanted", () => {
  const tokens = lengths.reduce((all, length) => all + length, 0);
  const found = bucketLengths(lengths, { maxPadding: 0.1 });
  const lost = padding(lengths, found);
  expect(lost / (tokens + lost)).toBeLessThanOrEqual(0.1);
  const fewer = bucketLengths(lengths, { maxBuckets: found.length - 1, maxPadding: 0 });
  expect(padding(lengths, fewer) / (tokens + padding(lengths, fewer))).toBeGreaterThan(0.1);
  expect(bucketLengths(lengths, { multipleOf: 8, maxPadding: 0 })).toEqual([8, 16, 24, 40]);
  expect(bucketLengths([5, 5, 5])).toEqual([5]);
  expect(bucketLengths([])).toEqual([]);
});

const source = { lengths: lengths.map((length) => length), buckets: [8, 21, 40] };

test("each text once an epoch, in an order of its own for each seed and epoch", () => {
  const sampler = bucketSampler(source, { batchSize: 4, seed: 7 });
  const orders = [1, 2].map((epoch) => Array.from(sampler.order(epoch)));
  for (const order of orders) {
    expect(order).toHaveLength(sampler.size);
    expect(new Set(order).size).toBe(lengths.length);
  }
  expect(orders[0]).not.toEqual(orders[1]);
  expect(Array.from(bucketSampler(source, { batchSize: 4, seed: 7 }).order(2))).toEqual(orders[1]);
  expect(Array.from(bucketSampler(source, { batchSize: 4, seed: 8 }).order(2))).not.toEqual(
    orders[1],
  );
});

test("a batch holds texts of one bucket, but for the few that lie across a border", () => {
  const many = Array.from({ length: 1000 }, (_, index) => 1 + ((index * 7919) % 100));
  const buckets = bucketLengths(many, { maxBuckets: 5 });
  const sampler = bucketSampler({ lengths: many, buckets }, { batchSize: 8, seed: 1 });
  const order = Array.from(sampler.order(1), (index) => many[index]!);
  const mixed = Array.from({ length: 125 }, (_, batch) => order.slice(8 * batch, 8 * batch + 8))
    .map((batch) => new Set(batch.map((length) => buckets.findIndex((bucket) => length <= bucket))))
    .filter(({ size }) => size > 1);
  expect(mixed.length).toBeLessThan(buckets.length);
});

test("a batch larger than the texts goes round", () => {
  const sampler = bucketSampler({ lengths: [2, 3], buckets: [3] }, { batchSize: 5, seed: 1 });
  expect(new Set(sampler.order(1) as number[])).toEqual(new Set([0, 1]));
});
