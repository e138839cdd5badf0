import { readFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isGraftError } from "../../errors.js";
import { formulaValues } from "../../testing/formula.js";
import { worstDifference } from "../../testing/worst-difference.js";
import { sizeOf } from "../dtype.js";
import { memorySource, type WeightStore } from "../store.js";
import { toFloat32 } from "../to-float32.js";
import { kerasStore } from "./store.js";

const read = (file: string): Buffer => readFileSync(new URL(`golden/${file}`, import.meta.url));
const storeOf = (file: string): WeightStore => kerasStore(memorySource(read(file), file));

/** What `scripts/golden/keras.py` writes; values are the formula's under these names. */
const shapes: Readonly<Record<string, readonly number[]>> = {
  "stem_conv/kernel": [3, 3, 2, 4],
  "stem_conv/bias": [4],
  "stem_bn/gamma": [4],
  "stem_bn/beta": [4],
  "stem_bn/moving_mean": [4],
  "stem_bn/moving_variance": [4],
  "mix/depthwise_kernel": [3, 3, 4, 1],
  "block_conv/kernel": [1, 1, 4, 4],
  "predictions/kernel": [4, 3],
  "predictions/bias": [3],
};

async function expectWeights(store: WeightStore, tolerance: number): Promise<void> {
  const list = await store.list();
  expect(Object.keys(list).sort()).toEqual(Object.keys(shapes).sort());
  for (const [name, shape] of Object.entries(shapes)) {
    expect(list[name]?.shape, name).toEqual(shape);
    const { data } = toFloat32(await store.get(name));
    const expected = formulaValues(name, sizeOf(shape));
    expect(worstDifference(data, expected), name).toBeLessThanOrEqual(tolerance);
  }
}

test.each([
  ["keras2-weights.h5", "Keras 2, save_weights", 0],
  ["keras2-model.h5", "Keras 2, save: lists in pieces, half precision", 1e-3],
  ["keras3.weights.h5", "Keras 3, numbered arrays with the layers' names", 0],
  ["model.keras", "a .keras file, names from its config", 0],
  ["latest.h5", "HDF5's newest form", 0],
])("%s is read to the bit (%s)", (file, _, tolerance) => expectWeights(storeOf(file), tolerance));

test("Keras 1's names stand as they are, the layer before them", async () => {
  const store = storeOf("keras1.h5");
  expect(Object.keys(await store.list())).toContain("stem_conv/stem_conv_W_1");
  const { data } = await store.get("stem_bn/stem_bn_running_std_1");
  expect([...data]).toEqual([...formulaValues("stem_bn/moving_variance", 4)]);
});

test("arrays keep their dtype and can lie on shared memory; what is not there is named", async () => {
  const half = storeOf("keras2-model.h5");
  expect((await half.get("stem_conv/bias")).dtype).toBe("float16");
  const shared = kerasStore(memorySource(read("model.keras")), { shared: true });
  expect((await shared.get("stem_conv/bias")).data.buffer).toBeInstanceOf(SharedArrayBuffer);
  await expect(half.get("top/kernel")).rejects.toThrow('holds no weight named "top/kernel"');
});

test("an array that is packed, a file of another kind, and a cut one are refused by what is wrong", async () => {
  await expect(storeOf("chunked.h5").list()).rejects.toThrow(
    'the array "a/kernel" is stored in chunks',
  );
  const text = kerasStore(memorySource(deflateRawSync(Buffer.from("text")), "notes.h5"));
  await expect(text.list()).rejects.toThrow("notes.h5 can't be read: it does not begin as an HDF5");
  const whole = read("keras2-weights.h5");
  const cut = kerasStore(memorySource(whole.subarray(0, whole.length - 100), "cut.h5"));
  await expect(cut.list()).rejects.toThrow("it is cut short: it should have 23992 bytes");
});

/** The one place in a file where these bytes are. */
function placeOf(file: Buffer, bytes: Buffer): number {
  const at = file.indexOf(bytes);
  expect(at).toBeGreaterThan(0);
  expect(file.indexOf(bytes, at + 1)).toBe(-1);
  return at;
}

/** An array's address and length as its header says them. */
function layoutOf(file: Buffer, name: string): { at: number; address: number } {
  const values = formulaValues(name, sizeOf(shapes[name]!));
  const address = placeOf(file, Buffer.from(values.buffer));
  const pair = Buffer.alloc(16);
  pair.writeBigUInt64LE(BigInt(address), 0);
  pair.writeBigUInt64LE(BigInt(values.byteLength), 8);
  return { at: placeOf(file, pair), address };
}

test("arrays that overlap, leave the file or claim to be huge are refused before they are read", async () => {
  const refused = async (change: (file: Buffer) => void, why: string): Promise<void> => {
    const file = Buffer.from(read("keras2-weights.h5"));
    change(file);
    await expect(kerasStore(memorySource(file)).list()).rejects.toThrow(why);
  };
  const layout = layoutOf(read("keras2-weights.h5"), "stem_conv/bias");
  const mean = layoutOf(read("keras2-weights.h5"), "stem_bn/moving_mean");
  await refused((file) => file.writeBigUInt64LE(BigInt(mean.address + 8), layout.at), "overlap");
  await refused((file) => file.writeBigUInt64LE(2n ** 40n, layout.at), "16 lie at 1099511627776");
  await refused((file) => file.writeBigUInt64LE(2n ** 64n - 1n, layout.at), "was never written");
  await refused((file) => file.writeBigUInt64LE(2n ** 40n, layout.at + 8), "takes 16 bytes");
});

test("a damaged file gives a clear error or well-formed arrays, and soon", async () => {
  const files = ["keras2-weights.h5", "keras3.weights.h5", "model.keras", "latest.h5"].map(read);
  const attempt = async (file: Buffer): Promise<unknown> => {
    const store = kerasStore(memorySource(file));
    for (const name of Object.keys(await store.list())) await store.get(name);
    return "fine";
  };
  const change = fc.tuple(fc.nat(), fc.nat({ max: 255 }));
  let slowest = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: files.length - 1 }),
      fc.array(change, { minLength: 1, maxLength: 4 }),
      async (which, changes) => {
        const file = Buffer.from(files[which]!);
        for (const [at, value] of changes) file[at % file.length] = value;
        const started = process.cpuUsage();
        const result = await attempt(file).catch((error: unknown) => error);
        slowest = Math.max(slowest, process.cpuUsage(started).user / 1000);
        const clear = result === "fine" || isGraftError(result, "weights-corrupt");
        expect(clear, String(result instanceof Error ? result.stack : result)).toBe(true);
      },
    ),
    { numRuns: 500 },
  );
  expect(slowest).toBeLessThan(1000);
});
