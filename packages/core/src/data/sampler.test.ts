import fc from "fast-check";
import { expect, test } from "vitest";
import { arraySource } from "./array-source.js";
import { createBatches } from "./batch.js";
import { balancedSampler, type Sampler, weightedSampler } from "./sampler.js";

const countsOf = (order: ArrayLike<number>, count: number): number[] => {
  const counts = new Array<number>(count).fill(0);
  for (const index of Array.from(order)) counts[index]! += 1;
  return counts;
};

test("a sample comes as often as its weight says, rounded up or down", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 1, max: 50 }),
      fc.nat(),
      (weights, size, seed) => {
        const total = weights.reduce((a, b) => a + b, 0);
        fc.pre(total > 0);
        const order = weightedSampler(weights, { seed, size }).order(1);
        expect(order.length).toBe(size);
        countsOf(order, weights.length).forEach((count, index) => {
          const due = (size * weights[index]!) / total;
          expect(Math.abs(count - due)).toBeLessThan(1 + 1e-9);
        });
      },
    ),
  );
});

const labels = [...Array(70).fill(0), ...Array(20).fill(1), ...Array(10).fill(2)] as number[];

test("balanced: every class as often, and the samples of a class as often as each other", () => {
  const sampler = balancedSampler(labels, { seed: 1 });
  for (const epoch of [1, 2, 3]) {
    const counts = countsOf(sampler.order(epoch), 100);
    const classes = [0, 1, 2].map((label) => counts.filter((_, i) => labels[i] === label));
    for (const each of classes) {
      const sum = each.reduce((a, b) => a + b, 0);
      expect([33, 34]).toContain(sum);
      expect(Math.max(...each) - Math.min(...each)).toBeLessThanOrEqual(1);
    }
  }
});

test("over the epochs every sample of a large class has its turn", () => {
  const sampler = balancedSampler(labels, { seed: 1 });
  const seen = new Set(
    [1, 2, 3, 4, 5, 6, 7, 8].flatMap((epoch) => Array.from(sampler.order(epoch))),
  );
  expect(seen.size).toBe(100);
});

test("an order belongs to its seed and epoch, and is not sorted by class", () => {
  const order = (seed: number, epoch: number) =>
    Array.from(balancedSampler(labels, { seed }).order(epoch));
  expect(order(1, 2)).toEqual(order(1, 2));
  expect(order(1, 2)).not.toEqual(order(1, 3));
  expect(order(1, 2)).not.toEqual(order(2, 2));
  const firsts = order(1, 2)
    .slice(0, 30)
    .map((index) => labels[index]);
  expect(new Set(firsts).size).toBe(3);
});

async function take(sampler: Sampler, count: number, from: number): Promise<number[][]> {
  const x = { dtype: "int32", shape: [100], data: Int32Array.from(labels.keys()) } as const;
  const batches = createBatches(arraySource({ x }), { batchSize: 8, seed: 9, sampler });
  expect(batches.stepsPerEpoch).toBe(5);
  const taken: number[][] = [];
  for await (const { batch } of batches.from(from)) {
    taken.push(Array.from(batch.x!.data));
    if (taken.length === count) break;
  }
  return taken;
}

test("batches of a sampler have its epochs, and start at any step", async () => {
  const sampler = balancedSampler(labels, { seed: 1, size: 40 });
  const all = await take(sampler, 12, 0);
  expect(all.slice(0, 5).flat()).toEqual(Array.from(sampler.order(1)));
  for (const from of [1, 4, 5, 7])
    expect(await take(sampler, 12 - from, from)).toEqual(all.slice(from));
});

test.each([[[0, 0]], [[1, -1]], [[Number.NaN]]])("weights %o are refused", (weights) => {
  expect(() => weightedSampler(weights, { seed: 0 })).toThrow(/Can't draw samples by/);
});
