import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isGraftError } from "../../errors.js";
import { sharedPath } from "../../testing/shared.js";
import { type ByteSource, memorySource, type WeightStore } from "../store.js";
import { tfjsStore } from "./store.js";

type Files = Readonly<Record<string, Uint8Array>>;

const bytesOf = (data: ArrayBufferView): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
const joined = (...parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts);

/** A model in memory; `opened` are the shards asked for, `read` how many bytes were read of them. */
function storeOf(
  manifest: unknown,
  files: Files = {},
): WeightStore & { opened: string[]; read: number[] } {
  const opened: string[] = [];
  const read: number[] = [];
  const text = JSON.stringify({ format: "layers-model", weightsManifest: manifest });
  const open = (path: string): ByteSource => {
    opened.push(path);
    const source = memorySource(files[path] ?? new Uint8Array(), path);
    return {
      ...source,
      read: (start, end) => {
        read.push(end - start);
        return source.read(start, end);
      },
    };
  };
  const model = memorySource(new TextEncoder().encode(text), "model.json");
  return { ...tfjsStore(model, open), opened, read };
}

const f32 = { name: "a", shape: [2], dtype: "float32" };

test("weights are found over groups and shards, even cut in the middle of a number", async () => {
  const data = bytesOf(Float32Array.of(1, 2, 3, 4, 5));
  const store = storeOf(
    [
      {
        paths: ["one.bin", "sub/two.bin", "three.bin"],
        weights: [
          { name: "a", shape: [2], dtype: "float32" },
          { name: "empty", shape: [0, 3], dtype: "float32" },
          { name: "b/kernel", shape: [1, 3], dtype: "float32" },
        ],
      },
      {
        paths: ["four.bin"],
        weights: [
          { name: "count", shape: [], dtype: "int32" },
          { name: "flags", shape: [3], dtype: "bool" },
          { name: "bytes", shape: [1], dtype: "uint8" },
        ],
      },
    ],
    {
      "one.bin": data.subarray(0, 3),
      "sub/two.bin": data.subarray(3, 9),
      "three.bin": data.subarray(9),
      "four.bin": joined(bytesOf(Int32Array.of(-7)), Uint8Array.of(1, 0, 1, 200)),
    },
  );
  expect(await store.list()).toMatchObject({
    "b/kernel": { dtype: "float32", shape: [1, 3] },
    count: { dtype: "int32", shape: [] },
  });
  expect(store.read).toEqual([]);
  expect([...(await store.get("b/kernel")).data]).toEqual([3, 4, 5]);
  expect(store.read).toEqual([1, 11]);
  expect([...(await store.get("a")).data]).toEqual([1, 2]);
  expect((await store.get("empty")).data.length).toBe(0);
  expect([...(await store.get("count")).data]).toEqual([-7]);
  expect([...(await store.get("flags")).data]).toEqual([1, 0, 1]);
  expect([...(await store.get("bytes")).data]).toEqual([200]);
  await expect(store.get("c")).rejects.toThrow('model.json holds no weight named "c".');
});

test("what was quantised comes back: affine in one or two bytes, and half precision", async () => {
  const affine = { scale: 0.1, min: -1.5 };
  const store = storeOf(
    [
      {
        paths: ["q.bin"],
        weights: [
          { ...f32, name: "u8", shape: [3], quantization: { dtype: "uint8", ...affine } },
          { ...f32, name: "u16", shape: [2], quantization: { dtype: "uint16", ...affine } },
          { ...f32, name: "f16", shape: [2], quantization: { dtype: "float16" } },
          {
            name: "i32",
            dtype: "int32",
            shape: [2],
            quantization: { dtype: "uint8", scale: 0.5, min: -3 },
          },
        ],
      },
    ],
    {
      "q.bin": joined(
        Uint8Array.of(0, 15, 255),
        bytesOf(Uint16Array.of(0, 65535)),
        bytesOf(Uint16Array.of(0x3c00, 0xc000)),
        Uint8Array.of(0, 9),
      ),
    },
  );
  const u8 = await store.get("u8");
  expect(u8).toMatchObject({ dtype: "float32", shape: [3] });
  expect([...u8.data]).toEqual([-1.5, 0, 24].map(Math.fround));
  expect([...(await store.get("u16")).data]).toEqual([-1.5, 65535 * 0.1 - 1.5].map(Math.fround));
  expect(await store.get("f16")).toMatchObject({ dtype: "float16", data: { 0: 0x3c00 } });
  expect([...(await store.get("i32")).data]).toEqual([-3, 2]);
  expect(await store.list()).toMatchObject({ u8: { dtype: "float32" }, f16: { dtype: "float16" } });
});

const group = (weight: unknown, paths: unknown = ["a.bin"]) => [{ paths, weights: [weight] }];
const quantized = (quantization: unknown, dtype = "float32") =>
  group({ ...f32, dtype, quantization });

test.each<[unknown, string]>([
  [undefined, 'it has no "weightsManifest"'],
  [[{ paths: ["a.bin"] }], "group 0 of its weightsManifest has no lists"],
  [group(null), "a weight of its weightsManifest has no name"],
  [group({ ...f32, shape: [1.5] }), 'tensor "a" has no valid shape'],
  [group({ ...f32, shape: [-1] }), 'tensor "a" has no valid shape'],
  [
    group({ ...f32, shape: [2 ** 40, 2 ** 40] }),
    'tensor "a" [1099511627776, 1099511627776] is too',
  ],
  [group({ ...f32, dtype: "complex64" }), 'tensor "a" has the dtype "complex64"'],
  [group({ ...f32, dtype: "string" }), 'tensor "a" has the dtype "string"'],
  [group({ ...f32, dtype: "constructor" }), 'tensor "a" has the dtype "constructor"'],
  [group(f32, ["../a.bin"]), 'it places weights in "../a.bin"'],
  [group(f32, ["sub/../../a.bin"]), 'it places weights in "sub/../../a.bin"'],
  [group(f32, ["/etc/passwd"]), 'it places weights in "/etc/passwd"'],
  [group(f32, ["sub\\..\\a.bin"]), 'it places weights in "sub\\\\..\\\\a.bin"'],
  [group(f32, ["http://elsewhere/a.bin"]), 'it places weights in "http://elsewhere/a.bin"'],
  [group(f32, [3]), "it places weights in 3"],
  [group(f32, ["a.bin", "a.bin"]), 'it lists shard "a.bin" twice'],
  [[...group(f32), ...group({ ...f32, name: "b" })], 'it lists shard "a.bin" twice'],
  [[{ paths: ["a.bin"], weights: [f32, f32] }], 'it lists tensor "a" twice'],
  [quantized({ dtype: "uint4", scale: 1, min: 0 }), 'is quantised to "uint4"'],
  [quantized({ dtype: "uint8", scale: "1", min: 0 }), "without a finite scale and min"],
  [quantized({ dtype: "uint8" }), "without a finite scale and min"],
  [quantized("uint8"), "has a quantization that is not a JSON object"],
  [quantized({ dtype: "float16" }, "int32"), "is int32 and cannot be stored as float16"],
  [quantized({ dtype: "uint8", scale: 1, min: 0 }, "bool"), "is bool and cannot be quantised"],
])("a manifest that lies is refused before a shard is opened: %j", async (manifest, why) => {
  const store = storeOf(manifest, { "a.bin": new Uint8Array(8) });
  await expect(store.list()).rejects.toThrow(why);
  expect(store.opened).toEqual([]);
});

test("shards that are not what the manifest says are refused before an array is read", async () => {
  for (const length of [7, 9]) {
    const store = storeOf(group(f32), { "a.bin": new Uint8Array(length) });
    await expect(store.get("a")).rejects.toThrow(
      `its weights in a.bin take 8 bytes and the files have ${length}`,
    );
    expect(store.read).toEqual([]);
  }
  const bomb = storeOf(group({ ...f32, shape: [2 ** 45] }), { "a.bin": new Uint8Array(8) });
  await expect(bomb.get("a")).rejects.toThrow("take 140737488355328 bytes and the files have 8");
  const flags = storeOf(group({ ...f32, dtype: "bool" }), { "a.bin": Uint8Array.of(1, 2) });
  await expect(flags.get("a")).rejects.toThrow('tensor "a" is bool');
});

test("a damaged model.json gives a clear error or a well-formed result", async () => {
  const weights = [f32, { ...f32, name: "b", quantization: { dtype: "uint8", scale: 2, min: 1 } }];
  const text = JSON.stringify({ weightsManifest: [{ paths: ["a.bin"], weights }] });
  const attempt = async (at: number, value: number): Promise<unknown> => {
    const bytes = new TextEncoder().encode(text);
    bytes[at % bytes.length] = value;
    const store = tfjsStore(memorySource(bytes), () => memorySource(new Uint8Array(10)));
    const names = Object.keys(await store.list());
    for (const name of names) await store.get(name);
    return names.length;
  };
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.nat({ max: 255 }), async (at, value) => {
      const result = await attempt(at, value).catch((error: unknown) => error);
      expect(isGraftError(result, "weights-corrupt") || result === 2, String(result)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

const real = sharedPath("weights/darknet-tiny-imagenet-tfjs");
test.skipIf(real === undefined)("a real model's 31 shards hold what they should", async () => {
  const source = (path: string) => memorySource(readFileSync(join(real!, path)), path);
  const store = tfjsStore(source("model.json"), source);
  const list = Object.values(await store.list());
  const sizes = list.map(({ shape }) => shape.reduce((all, size) => all * size, 1));
  // 16 convolutions, one with a bias, and 15 norms.
  expect(list.length).toBe(77);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(1_046_488);
  const bias = await store.get("conv2d_16/bias");
  expect(bias).toMatchObject({ dtype: "float32", shape: [1000] });
  expect([...(bias.data as Float32Array)].every(Number.isFinite)).toBe(true);
});
