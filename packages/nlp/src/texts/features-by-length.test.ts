import "@tensorflow/tfjs-backend-cpu";
import {
  createEagerEngine,
  type Engine,
  type FeatureStore,
  type FineTuneOptions,
  fineTune,
  initWeights,
  memoryFeatureStore,
  type Source,
  subsetSource,
} from "@graft-ml/core";
import { leakedTensors } from "@graft-ml/core/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { smallBert } from "../network/testing.js";
import { bucketSampler } from "../tokenize/bucket-sampler.js";
import { smallTokenizer } from "../tokenize/testing.js";
import { textSource } from "./text-source.js";
import { textTask } from "./text-task.js";

// It drops nothing, as the frozen layers of a cached run never do.
const model = smallBert({ head: "sequence", numClasses: 2 });
const weights = initWeights(model, { seed: 3 });
const width = model.numFeatures;
const samples = [
  "the tree !",
  "a cafe , the cafe",
  "grafted tree",
  "the cafe !",
  "a tree , a tree , ungrafted trees",
  "cafe",
  "the ungrafted tree , a tree !",
  "a cafe ! the cafe ! a cafe !",
].map((text) => ({ text, label: text.includes("cafe") ? 0 : 1 }));
const texts = textSource({ tokenizer: smallTokenizer(), samples, buckets: [5, 8, 16] });

let engine: Engine;
beforeAll(async () => {
  engine = await createEagerEngine({ backend: "cpu" });
});
afterAll(() => engine.close());

/** The store, and the shapes of a row of each table that was made in it. */
function watched(): { store: FeatureStore; shapes: string[] } {
  const inner = memoryFeatureStore();
  const shapes: string[] = [];
  const create: FeatureStore["create"] = (key, layout) => {
    shapes.push(`${layout.size} x ${layout.shape.join(" x ")}`);
    return inner.create(key, layout);
  };
  return { store: { ...inner, create }, shapes };
}

async function run(options: Partial<FineTuneOptions>, train: Source = texts) {
  const tail = { epochs: 2, rate: 0.01 };
  const head = { epochs: 0 };
  const given = { engine, model, weights, task: textTask(), batchSize: 2, head, tail };
  const losses: number[] = [];
  const judged: (number | undefined)[] = [];
  const caches: unknown[] = [];
  const tuning = fineTune({ ...given, train, validation: train, ...options });
  for await (const event of tuning) {
    if (event.type === "step-end") losses.push(event.loss);
    if (event.type === "epoch-end") judged.push(event.metrics.loss);
    if (event.type === "extract-end") caches.push(event.cached);
  }
  return { losses, judged, caches };
}

const sampler = bucketSampler(texts, { batchSize: 2, seed: 1 });

test.each([
  ["batches of one length", { cut: "layer1", sampler }],
  ["batches of several lengths", { cut: "layer1" }],
] as const)("%s: cached features give the losses of an uncached run", async (_, options) => {
  const plain = await run({ ...options, views: "none" });
  const cached = await run({ ...options, views: 1 });
  expect(plain.losses.length).toBe(8);
  for (const [step, loss] of plain.losses.entries())
    expect(cached.losses[step]).toBeCloseTo(loss, 5);
  for (const [epoch, loss] of plain.judged.entries())
    expect(cached.judged[epoch]).toBeCloseTo(loss!, 5);
});

test("the head alone learns the same from texts at their own length and at the longest", async () => {
  const options = { strategy: "probe", head: { epochs: 2, rate: 0.01 }, sampler } as const;
  const { groups, ...longest } = texts;
  const own = await run(options);
  const uniform = await run(options, longest);
  expect(groups?.length).toBe(3);
  expect(own.losses.length).toBe(8);
  for (const [step, loss] of uniform.losses.entries())
    expect(own.losses[step]).toBeCloseTo(loss, 5);
});

test("the features of a text are kept at its own bucket's length, and found again", async () => {
  const { store, shapes } = watched();
  const options = { cut: "layer1", sampler, store, dataKey: "texts", validation: texts };
  const leaked = await leakedTensors(async () => {
    expect((await run(options)).caches).toEqual([false, false]);
  });
  expect(leaked).toBe(0);
  const perPart = [`4 x 5 x ${width}`, `1 x 8 x ${width}`, `3 x 16 x ${width}`];
  expect(shapes).toEqual([...perPart, ...perPart]);
  expect((await run(options)).caches).toEqual([true, true]);
  expect(shapes.length).toBe(6);
});

test("other buckets, and other texts of the same lengths, are other features", async () => {
  const { store, shapes } = watched();
  const options = { cut: "layer1", store, dataKey: "texts" };
  await run(options);
  const wider = textSource({ tokenizer: smallTokenizer(), samples, buckets: [5, 9, 16] });
  const { caches } = await run(options, wider);
  expect(caches).toEqual([false, false]);
  expect(shapes.filter((shape) => shape.includes(` x 9 x `)).length).toBe(2);
});

test("gradual unfreezing goes from table to table, as without them", async () => {
  const options = { strategy: "gradual", cut: "embeddings", sampler, validation: texts } as const;
  const plain = await run({ ...options, views: "none" });
  const cached = await run({ ...options, views: 1 });
  expect(cached.losses.length).toBe(plain.losses.length);
  for (const [step, loss] of plain.losses.entries())
    expect(cached.losses[step]).toBeCloseTo(loss, 5);
});

test("subsets share the features of the whole", async () => {
  const { store, shapes } = watched();
  const options = { cut: "layer1", store, dataKey: "texts" };
  const part = (indices: number[]) => subsetSource(texts, indices);
  const plain = await run({ ...options, views: "none" }, part([1, 4, 7, 2]));
  const cached = await run({ ...options, views: 1 }, part([1, 4, 7, 2]));
  for (const [step, loss] of plain.losses.entries())
    expect(cached.losses[step]).toBeCloseTo(loss, 5);
  expect((await run(options, part([0, 3, 5, 6]))).caches).toEqual([true, true]);
  expect(shapes.length).toBe(3);
});
