import { expect, test } from "vitest";
import { featureSource } from "./feature-source.js";
import type { FeatureTable } from "./feature-store.js";
import { subsetTable } from "./subset-table.js";

/** Two views of four samples: row r holds r and 10 r. */
const table: FeatureTable = {
  size: 4,
  views: 2,
  shape: [2],
  fields: { labels: { dtype: "int32", shape: [4], data: Int32Array.from([0, 1, 0, 1]) } },
  read: async (rows) => Float32Array.from(rows.flatMap((row) => [row, 10 * row])),
};

test("a subset reads the rows of its samples in every view, and its labels", async () => {
  const some = subsetTable(table, [3, 1]);
  expect([some.size, some.views, some.shape]).toEqual([2, 2, [2]]);
  expect([...some.fields.labels!.data]).toEqual([1, 1]);
  expect([...(await some.read([0, 1, 2, 3]))]).toEqual([3, 30, 1, 10, 7, 70, 5, 50]);
  const last = subsetTable(some, [1]);
  expect([...(await last.read([0, 1]))]).toEqual([1, 10, 5, 50]);
});

test("batches of a subset are batches of the whole, view by view", async () => {
  const source = featureSource(subsetTable(table, [3, 0]));
  expect(source.subset?.indices).toEqual([3, 0]);
  const batch = await source.load([1, 0], { epoch: 2 });
  expect([...batch.features!.data]).toEqual([4, 40, 7, 70]);
  expect([...batch.labels!.data]).toEqual([0, 1]);
});
