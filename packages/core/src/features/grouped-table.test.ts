import { expect, test } from "vitest";
import type { Source } from "../data/batch.js";
import { featureSource } from "./feature-source.js";
import { memoryFeatureStore } from "./feature-store.js";
import { groupedTable } from "./grouped-table.js";

/** Sample i has the number 10 i, at places up to its group's length. */
const loadTo = (lengthOf: (indices: readonly number[]) => number): Source["load"] => {
  return async (indices) => {
    const shape = [indices.length, lengthOf(indices)];
    const data = Int32Array.from({ length: shape[0]! * shape[1]! }, (_, at) =>
      at % shape[1]! === 0 ? 10 * indices[Math.floor(at / shape[1]!)]! : 0,
    );
    const labels = Int32Array.from(indices);
    return {
      ids: { dtype: "int32", shape, data },
      labels: { dtype: "int32", shape: [indices.length], data: labels },
    };
  };
};

const lengths = [3, 1, 1, 3];
const source: Source = {
  size: 4,
  load: loadTo((indices) => Math.max(...indices.map((index) => lengths[index]!))),
  uniform: { size: 4, load: loadTo(() => 3) },
  groups: [
    { key: "1", indices: [2, 1] },
    { key: "3", indices: [0, 3] },
  ],
};

async function tableOf(rows: number[][], views = 1) {
  const store = memoryFeatureStore();
  const shape = [rows[0]!.length];
  const writer = await store.create("t", { size: rows.length / views, views, shape, fields: {} });
  await writer.append(Float32Array.from(rows.flat()));
  return writer.finish();
}

const inputs = ["ids"];
const tables = async () => [
  await tableOf([[2], [1]]),
  await tableOf([
    [0, 0.1, 0.2],
    [3, 3.1, 3.2],
  ]),
];

test("batches are as long as the longest of their samples, with the source's own fields", async () => {
  const { load, groups } = featureSource(
    await groupedTable({ source, inputs, tables: await tables() }),
  );
  const short = await load([1, 2], { epoch: 0 });
  expect(Object.keys(short).sort()).toEqual(["features", "labels"]);
  expect(short.features).toEqual({
    dtype: "float32",
    shape: [2, 1],
    data: Float32Array.of(1, 2),
  });
  const mixed = await load([1, 3], { epoch: 1 });
  expect(mixed.features!.shape).toEqual([2, 3]);
  expect([...mixed.features!.data]).toEqual([1, 0, 0, 3, Math.fround(3.1), Math.fround(3.2)]);
  expect([...mixed.labels!.data]).toEqual([1, 3]);
  expect(groups).toBe(source.groups);
});

test("as one table it has rows of the largest shape, and fields of all samples", async () => {
  const table = await groupedTable({ source, inputs, tables: await tables() });
  expect([table.size, table.views, table.shape]).toEqual([4, 1, [3]]);
  expect([...table.fields.labels!.data]).toEqual([0, 1, 2, 3]);
  expect([...(await table.read([2, 0]))]).toEqual([2, 0, 0, 0, Math.fround(0.1), Math.fround(0.2)]);
});

test("features of one shape for all samples make batches of one shape", async () => {
  const pooled = [await tableOf([[2], [1]]), await tableOf([[0], [3]])];
  const made = featureSource(await groupedTable({ source, inputs: [], tables: pooled }));
  const { features, ids } = await made.load([1, 2], { epoch: 0 });
  expect([...features!.data]).toEqual([1, 2]);
  expect(ids!.shape).toEqual([2, 3]);
  expect(made.groups).toBeUndefined();
});

test("an epoch reads its own view of every group", async () => {
  const seen = [
    await tableOf([[2], [1], [2.5], [1.5]], 2),
    await tableOf([[0], [3], [0.5], [3.5]], 2),
  ];
  const { load } = featureSource(await groupedTable({ source, inputs, tables: seen }));
  const valuesIn = async (epoch: number) => [
    ...(await load([0, 1, 2, 3], { epoch })).features!.data,
  ];
  expect(await valuesIn(1)).toEqual([0, 1, 2, 3]);
  expect(await valuesIn(2)).toEqual([0.5, 1.5, 2.5, 3.5]);
});
