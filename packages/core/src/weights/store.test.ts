import { expect, test } from "vitest";
import type { Weights } from "./host-tensor.js";
import { writeSafetensors } from "./safetensors.js";
import { shardedStore } from "./sharded-store.js";
import { type ByteSource, memorySource, memoryStore, safetensorsStore } from "./store.js";

const weights: Weights = {
  "a.weight": { dtype: "float32", shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
  "a.count": { dtype: "int64", shape: [], data: BigInt64Array.of(7n) },
  "b.bias": { dtype: "float16", shape: [3], data: Uint16Array.of(1, 2, 3) },
};
const bytes = writeSafetensors(weights, { format: "pt" });

/** A source that tells what was read of it. */
function watched(source: ByteSource): ByteSource & { ranges: [number, number][] } {
  const ranges: [number, number][] = [];
  return {
    ...source,
    ranges,
    read: (start, end) => {
      ranges.push([start, end]);
      return source.read(start, end);
    },
  };
}

test("a file store reads its header once and only the arrays asked for", async () => {
  const source = watched(memorySource(bytes, "a.safetensors"));
  const store = safetensorsStore(source, { shared: true });
  expect(await store.get("b.bias")).toEqual(weights["b.bias"]);
  expect((await store.get("a.weight")).data.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(Object.keys(await store.list()).sort()).toEqual(["a.count", "a.weight", "b.bias"]);
  expect(await store.metadata()).toEqual({ format: "pt" });
  const read = source.ranges.map(([start, end]) => end - start);
  const header = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  expect(read).toEqual([8, header, 6, 16]);
});

test("stores name what they lack", async () => {
  const stores = [memoryStore(weights, "here"), safetensorsStore(memorySource(bytes, "here"))];
  for (const store of stores) {
    expect((await store.list())["b.bias"]).toMatchObject({ dtype: "float16", shape: [3] });
    await expect(store.get("c")).rejects.toThrow('here holds no weight named "c".');
  }
});

test("a header that could not be read is read again", async () => {
  let failures = 1;
  const flaky: ByteSource = {
    ...memorySource(bytes),
    size: async () => {
      if (failures-- > 0) throw new Error("away");
      return bytes.length;
    },
  };
  const store = safetensorsStore(flaky);
  await expect(store.list()).rejects.toThrow("away");
  expect(Object.keys(await store.list()).length).toBe(3);
});

const index = (map: unknown) => ({ name: "index.json", text: JSON.stringify({ weight_map: map }) });
const { "b.bias": second, ...first } = weights;
const shards: Record<string, Weights> = {
  "one.safetensors": first,
  "two.safetensors": { "b.bias": second! },
};
const open = (file: string) => memoryStore(shards[file] ?? {}, file);

test("shards are one store", async () => {
  const map = {
    "a.weight": "one.safetensors",
    "a.count": "one.safetensors",
    "b.bias": "two.safetensors",
  };
  const store = shardedStore(index(map), open);
  expect(Object.keys(await store.list())).toEqual(Object.keys(map));
  expect(await store.get("b.bias")).toBe(second);
  await expect(store.get("c")).rejects.toThrow('index.json holds no weight named "c".');
});

test.each([
  [{ a: "../secret.safetensors" }, 'it places tensor "a" in "../secret.safetensors"'],
  [{ a: ".." }, 'it places tensor "a" in ".."'],
  [{ a: "/etc/passwd" }, 'it places tensor "a" in "/etc/passwd"'],
  [{ a: 3 }, 'it places tensor "a" in 3'],
  [["a"], 'it has no "weight_map"'],
])("an index that leads astray is refused: %j", (map, why) => {
  expect(() => shardedStore(index(map), open)).toThrow(why);
});

test("an index that is not JSON, or names a tensor that its shard lacks, is corrupt", async () => {
  expect(() => shardedStore({ name: "index.json", text: "{" }, open)).toThrow("is not JSON");
  const store = shardedStore(index({ ghost: "one.safetensors" }), open);
  await expect(store.list()).rejects.toThrow(
    'it says that tensor "ghost" is in one.safetensors, which lacks it',
  );
});
