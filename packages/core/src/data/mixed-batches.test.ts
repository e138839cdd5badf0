import { expect, test } from "vitest";
import type { Batch } from "../engine.js";
import { arraySource } from "./array-source.js";
import { createBatches } from "./batch.js";
import { type MixingOptions, mixedBatches } from "./mixed-batches.js";

const x = {
  dtype: "uint8",
  shape: [40],
  data: Uint8Array.from({ length: 40 }, (_, i) => i),
} as const;
const plain = createBatches(arraySource({ x }), { batchSize: 16, seed: 1 });

async function take(options: MixingOptions, count: number, from = 0): Promise<Batch[]> {
  const taken: Batch[] = [];
  for await (const { batch } of mixedBatches(plain, options).from(from)) {
    taken.push(batch);
    if (taken.length === count) break;
  }
  return taken;
}

test("samples stay, partners are a permutation, and any step gives the same rest", async () => {
  const options = { mixup: 0.2, cutmix: 1, seed: 5 };
  const all = await take(options, 8);
  for (const { x, mixPartner, mixShare, mixBox } of all) {
    expect(x?.dtype).toBe("uint8");
    expect([...mixPartner!.data].sort((a, b) => a - b)).toEqual([...Array(16).keys()]);
    expect([mixShare!.shape, mixBox!.shape]).toEqual([[16], [16, 4]]);
  }
  expect(all[0]!.mixPartner).not.toEqual(all[1]!.mixPartner);
  for (const from of [1, 3, 5])
    expect(await take(options, 8 - from, from)).toEqual(all.slice(from));
  expect(await take({ ...options, seed: 6 }, 8)).not.toEqual(all);
});

test("where both are asked for, half of the samples are blended and half get a box", async () => {
  const batches = await take({ mixup: 1, cutmix: 1, seed: 2 }, 60);
  const rows = batches.flatMap(({ mixShare, mixBox }) =>
    Array.from(mixShare!.data, (share, i) => ({
      share,
      box: [...mixBox!.data.subarray(4 * i, 4 * i + 4)],
    })),
  );
  const blended = rows.filter(({ share }) => share < 1);
  const boxed = rows.filter(({ box: [top, , bottom] }) => bottom! > top!);
  expect(blended.length + boxed.length).toBe(rows.length);
  expect(blended.length / rows.length).toBeCloseTo(0.5, 1);
  for (const { box } of boxed) expect(box.every((side) => side >= 0 && side <= 1)).toBe(true);
});

test("the probability is the share of samples that are mixed", async () => {
  const [none] = await take({ mixup: 1, probability: 0, seed: 2 }, 1);
  expect([...none!.mixShare!.data]).toEqual(Array(16).fill(1));
  expect(none!.mixBox).toBeUndefined();
  const some = await take({ mixup: 1, probability: 0.3, seed: 2 }, 60);
  const shares = some.flatMap(({ mixShare }) => [...mixShare!.data]);
  expect(shares.filter((share) => share < 1).length / shares.length).toBeCloseTo(0.3, 1);
});

test.each([{}, { mixup: 0 }, { cutmix: -1 }, { mixup: 1, probability: 2 }])(
  "%o is refused",
  (options) => {
    expect(() => mixedBatches(plain, { ...options, seed: 0 })).toThrow(
      /Mixing needs mixup or cutmix/,
    );
  },
);
