import "@tensorflow/tfjs-backend-cpu";
import { readdir, readFile, truncate, utimes } from "node:fs/promises";
import { join } from "node:path";
import {
  createEagerEngine,
  createModel,
  initWeights,
  readSafetensors,
  type Source,
} from "@graft-ml/core";
import { expect, test } from "vitest";
import { featureProgram } from "../classifier/program.js";
import { openPictures } from "../dataset/dataset.js";
import { pictureBatch } from "../picture/preprocess.js";
import { preprocessStyle } from "../picture/preprocess-config.js";
import { noisePicture } from "../testing.js";
import { withFolder } from "../testing-node.js";
import { type CacheEvent, cacheFeatures } from "./feature-cache.js";
import { fileFeatureStore, fingerprintPictures } from "./feature-file.js";
import {
  type FeatureStore,
  type FeatureTable,
  featureSource,
  memoryFeatureStore,
} from "./feature-store.js";

const model = createModel("resnet_cifar", { blocks: 1, widths: [4, 6, 8], numClasses: 3 });
const weights = initWeights(model, { seed: 5 });
const preprocess = preprocessStyle("torch", { size: [8, 8] });

const source: Source = {
  size: 7,
  load: async (indices, { epoch }) => ({
    image: pictureBatch(indices.map((i) => noisePicture(i + 100 * epoch, { width: 8, height: 8 }))),
    labels: {
      dtype: "int32",
      shape: [indices.length],
      data: Int32Array.from(indices, (i) => i * 10),
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
    program: featureProgram({ model, preprocess, stage }),
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

const stores = {
  memory: async (use: (store: FeatureStore) => Promise<void>) => use(memoryFeatureStore()),
  file: (use: (store: FeatureStore) => Promise<void>) =>
    withFolder({}, (root) => use(fileFeatureStore({ folder: join(root, "features") }))),
};

test.each(Object.entries(stores))(
  "%s: rows come back in order, views apart, found again by key alone",
  async (_, withStore) => {
    await withStore(async (store) => {
      const { table, cached } = await cache(store, { views: 2 });
      expect(cached).toBe(false);
      expect([table.size, table.views, table.shape]).toEqual([7, 2, [2, 2, 8]]);
      expect([...table.labels]).toEqual([0, 10, 20, 30, 40, 50, 60]);
      const all = await table.read(Array.from({ length: 14 }, (_, row) => row));
      const some = await table.read([9, 2]);
      expect([...some]).toEqual([...all.slice(9 * 32, 10 * 32), ...all.slice(2 * 32, 3 * 32)]);
      expect(all.slice(0, 32)).not.toEqual(all.slice(7 * 32, 8 * 32));
      const again = await cache(store, { views: 2 });
      expect(again.cached).toBe(true);
      expect([...again.table.labels]).toEqual([...table.labels]);
      expect(await again.table.read([9, 2])).toEqual(some);
      for (const other of [{ views: 1 }, { views: 2, seed: 1 }, { views: 2, stage: "pool" }]) {
        expect((await cache(store, other)).cached).toBe(false);
      }
    });
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
  const { labels } = await batches.load([3, 1], { epoch: 1 });
  expect([...labels!.data]).toEqual([30, 10]);
});

test("a file is safetensors; cut short it is made anew; nothing temporary stays", async () => {
  await withFolder({}, async (root) => {
    const store = fileFeatureStore({ folder: root });
    const { table } = await cache(store);
    const [name] = await readdir(root);
    const { weights: read } = readSafetensors(await readFile(join(root, name!)));
    expect(read.features!.shape).toEqual([1, 7, 2, 2, 8]);
    expect([...(read.labels!.data as Int32Array)]).toEqual([...table.labels]);
    await truncate(join(root, name!), 200);
    expect((await cache(store)).cached).toBe(false);
    expect((await cache(store)).cached).toBe(true);
    expect(await readdir(root)).toEqual([name]);
  });
});

test("what does not fit is refused with sizes, and leaves no file", async () => {
  await expect(cache(memoryFeatureStore({ maxBytes: 500 }))).rejects.toThrow(/1 MiB and the cache/);
  await withFolder({}, async (root) => {
    const store = fileFeatureStore({ folder: root, maxBytes: 500 });
    await expect(cache(store)).rejects.toThrow(/Cut later in the model/);
    expect(await readdir(root)).toEqual([]);
  });
});

test("the fingerprint of pictures changes with a file", async () => {
  const picture = noisePicture(1, { width: 3, height: 3 });
  await withFolder({ "a/1.png": picture, "b/2.png": picture }, async (root) => {
    const { train } = await openPictures(root, { validation: 0 });
    const before = await fingerprintPictures(train);
    expect(await fingerprintPictures(train)).toBe(before);
    await utimes(join(root, "b/2.png"), 1e9, 1e9);
    expect(await fingerprintPictures(train)).not.toBe(before);
    expect(await fingerprintPictures(train.slice(1))).not.toBe(before);
  });
});
