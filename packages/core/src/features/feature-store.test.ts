import "@tensorflow/tfjs-backend-cpu";
import { mkdtemp, readdir, readFile, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Source } from "../data/batch.js";
import { createEagerEngine } from "../engine/eager.js";
import { featureProgram, type Task } from "../fine-tune/task.js";
import { initWeights } from "../models/init-weights.js";
import { createModel } from "../models/registry.js";
import { fileFeatureStore } from "../node/feature-file.js";
import { uniformValues } from "../random.js";
import { readSafetensors } from "../weights/safetensors.js";
import { type CacheEvent, cacheFeatures } from "./feature-cache.js";
import { featureSource } from "./feature-source.js";
import { type FeatureStore, type FeatureTable, memoryFeatureStore } from "./feature-store.js";

const model = createModel("resnet_cifar", { blocks: 1, widths: [4, 6, 8], numClasses: 3 });
const weights = initWeights(model, { seed: 5 });
const ROW = 8 * 8 * 3;

const task: Task = {
  key: "test",
  config: null,
  inputs: ["image"],
  enter: ({ image }) => image!,
  score: () => ({}),
};

const source: Source = {
  size: 7,
  load: async (indices, { epoch }) => ({
    image: {
      dtype: "float32",
      shape: [indices.length, 8, 8, 3],
      data: Float32Array.from(
        indices.flatMap((i) => [...uniformValues({ seed: i, step: epoch, site: "image" }, ROW)]),
      ),
    },
    labels: {
      dtype: "int32",
      shape: [indices.length],
      data: Int32Array.from(indices, (i) => i * 10),
    },
    target: {
      dtype: "float32",
      shape: [indices.length, 2],
      data: Float32Array.from(indices.flatMap((i) => [i, -i])),
    },
  }),
};

async function cache(
  store: FeatureStore,
  options: { views?: number; seed?: number; stage?: string } = {},
) {
  const { views = 1, seed = 0, stage = "layer3" } = options;
  const engine = await createEagerEngine({ backend: "cpu" });
  const steps = cacheFeatures({
    engine,
    store,
    source,
    views,
    weights,
    reads: task,
    program: featureProgram({ task, model, to: stage }),
    dataKey: ["pictures", seed],
    batchSize: 3,
  });
  const events: CacheEvent[] = [];
  let table: FeatureTable | undefined;
  while (!table) {
    const { done, value } = await steps.next();
    if (done) table = value;
    else events.push(value);
  }
  await engine.close();
  const end = events.at(-1)!;
  return { table, cached: end.type === "extract-end" && end.cached };
}

async function withFolder(use: (root: string) => Promise<void>): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), "graft-features-"));
  try {
    await use(root);
  } finally {
    await rm(root, { recursive: true });
  }
}

type WithStore = (
  use: (store: FeatureStore) => Promise<void>,
  precision?: "float16",
) => Promise<void>;

const stores: Readonly<Record<string, WithStore>> = {
  memory: (use, precision) => use(memoryFeatureStore(precision ? { precision } : {})),
  file: (use, precision) =>
    withFolder((root) =>
      use(
        fileFeatureStore({ folder: join(root, "features"), ...(precision ? { precision } : {}) }),
      ),
    ),
};

const allRows = Array.from({ length: 14 }, (_, row) => row);

test.each(Object.entries(stores))(
  "%s: rows come back in order, views apart, found again by key alone",
  async (_, withStore) => {
    await withStore(async (store) => {
      const { table, cached } = await cache(store, { views: 2 });
      expect(cached).toBe(false);
      expect([table.size, table.views, table.shape]).toEqual([7, 2, [2, 2, 8]]);
      expect(Object.keys(table.fields)).toEqual(["labels", "target"]);
      expect([...table.fields.labels!.data]).toEqual([0, 10, 20, 30, 40, 50, 60]);
      expect([...table.fields.target!.data].slice(-4)).toEqual([5, -5, 6, -6]);
      const all = await table.read(allRows);
      const some = await table.read([9, 2]);
      expect([...some]).toEqual([...all.slice(9 * 32, 10 * 32), ...all.slice(2 * 32, 3 * 32)]);
      expect(all.slice(0, 32)).not.toEqual(all.slice(7 * 32, 8 * 32));
      const again = await cache(store, { views: 2 });
      expect(again.cached).toBe(true);
      expect(again.table.fields).toEqual(table.fields);
      expect(await again.table.read([9, 2])).toEqual(some);
      for (const other of [{ views: 1 }, { views: 2, seed: 1 }, { views: 2, stage: "pool" }]) {
        expect((await cache(store, other)).cached).toBe(false);
      }
    });
  },
);

test.each(Object.entries(stores))(
  "%s: float16 rounds each feature by 1 part in 2048 at most",
  async (_, withStore) => {
    const exact = (await cache(memoryFeatureStore(), { views: 2 })).table;
    await withStore(async (store) => {
      const { table } = await cache(store, { views: 2 });
      const wanted = await exact.read(allRows);
      (await table.read(allRows)).forEach((value, i) => {
        expect(Math.abs(value - wanted[i]!)).toBeLessThanOrEqual(Math.abs(wanted[i]!) / 2048);
      });
      expect((await cache(store, { views: 2 })).cached).toBe(true);
    }, "float16");
  },
);

test("epochs take turns with the views, evaluation reads the first", async () => {
  const { table } = await cache(memoryFeatureStore(), { views: 2 });
  const batches = featureSource(table);
  const at = async (epoch: number) => (await batches.load([3, 1], { epoch })).features!.data;
  expect(await at(1)).toEqual(await table.read([3, 1]));
  expect(await at(2)).toEqual(await table.read([10, 8]));
  expect(await at(3)).toEqual(await at(1));
  expect(await at(0)).toEqual(await at(1));
  const { labels, target } = await batches.load([3, 1], { epoch: 1 });
  expect([...labels!.data]).toEqual([30, 10]);
  expect([...target!.data]).toEqual([3, -3, 1, -1]);
});

test("a file is safetensors; cut short it is made anew; nothing temporary stays", async () => {
  await withFolder(async (root) => {
    const store = fileFeatureStore({ folder: root });
    const { table } = await cache(store);
    const [name] = await readdir(root);
    const { weights: read } = readSafetensors(await readFile(join(root, name!)));
    expect(read.features!.shape).toEqual([1, 7, 2, 2, 8]);
    expect(read.labels).toEqual(table.fields.labels);
    await truncate(join(root, name!), 200);
    expect((await cache(store)).cached).toBe(false);
    expect((await cache(store)).cached).toBe(true);
    expect(await readdir(root)).toEqual([name]);
  });
});

test("what does not fit is refused with sizes, and leaves no file", async () => {
  await expect(cache(memoryFeatureStore({ maxBytes: 500 }))).rejects.toThrow(/1 MiB and the cache/);
  await withFolder(async (root) => {
    const store = fileFeatureStore({ folder: root, maxBytes: 500 });
    await expect(cache(store)).rejects.toThrow(/Cut later in the model/);
    expect(await readdir(root)).toEqual([]);
  });
});
