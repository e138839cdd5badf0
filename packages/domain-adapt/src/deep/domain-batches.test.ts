import { arraySource, type Batch, type Batches, GraftError } from "@graft-ml/core";
import { expect, test } from "vitest";
import { domainBatches } from "./domain-batches.js";

const numbered = (size: number, labelled = true) => {
  const data = Float32Array.from({ length: size }, (_, i) => i);
  const labels = Int32Array.from(data);
  return arraySource({
    x: { dtype: "float32", shape: [size, 1], data },
    ...(labelled ? { labels: { dtype: "int32", shape: [size], data: labels } } : {}),
  });
};
const task = { inputs: ["x"], sides: ["mask"] };
const options = {
  source: numbered(10),
  target: numbered(7),
  task,
  batchSize: 4,
  seed: 5,
  ramp: (step: number) => step / 8,
};

async function taken(batches: Batches, first: number, count: number) {
  const all: { epoch: number; batch: Batch }[] = [];
  for await (const each of batches.from(first)) {
    all.push(each);
    if (all.length === count) break;
  }
  return all;
}

test("an epoch is the source's; the target goes round in its own order, without its labels", async () => {
  const batches = domainBatches(options);
  expect(batches.stepsPerEpoch).toBe(3);
  const all = await taken(batches, 0, 6);
  expect(all.map(({ epoch }) => epoch)).toEqual([1, 1, 1, 2, 2, 2]);
  expect(Object.keys(all[0]!.batch)).toEqual(["x", "labels", "target/x", "ramp"]);
  const column = (name: string, from: number, to: number) =>
    all.slice(from, to).flatMap(({ batch }) => Array.from(batch[name]!.data));
  expect(new Set(column("x", 0, 3)).size).toBe(10);
  expect(new Set(column("target/x", 0, 2)).size).toBe(7);
  expect(column("ramp", 1, 3)).toEqual([0.125, 0.125, 0.125, 0.125, 0.25, 0.25, 0.25, 0.25]);
});

test("starts at any step as if all before had been taken", async () => {
  const all = await taken(domainBatches(options), 0, 9);
  for (const first of [1, 3, 5]) {
    expect(await taken(domainBatches(options), first, 9 - first)).toEqual(all.slice(first));
  }
});

test("two domains of one size are not in one order", async () => {
  const same = { ...options, source: numbered(32), target: numbered(32, false), batchSize: 32 };
  const [first] = await taken(domainBatches(same), 0, 1);
  expect(first!.batch.x!.data).not.toEqual(first!.batch["target/x"]!.data);
});

test("an empty target is refused at once", () => {
  const empty = { size: 0, load: async () => ({}) };
  expect(() => domainBatches({ ...options, target: empty })).toThrow(GraftError);
});
