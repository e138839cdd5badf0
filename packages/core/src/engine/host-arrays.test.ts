import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import type { Batch } from "../engine.js";
import { isGraftError } from "../errors.js";
import { checkBatch, download, uploadBatch, uploadWeights } from "./host-arrays.js";

beforeAll(() => tf.setBackend("cpu"));

test("a batch goes to tensors and back; uint8 becomes int32", async () => {
  const batch: Batch = {
    a: { dtype: "uint8", shape: [2, 1], data: Uint8Array.of(1, 255) },
    b: { dtype: "bool", shape: [2], data: Uint8Array.of(0, 1) },
    c: { dtype: "int32", shape: [2], data: Int32Array.of(-1, 5) },
    d: { dtype: "float32", shape: [2], data: Float32Array.of(0.5, -2) },
  };
  const tensors = uploadBatch(batch);
  const back = await download(tensors);
  expect(back).toEqual({
    ...batch,
    a: { dtype: "int32", shape: [2, 1], data: Int32Array.of(1, 255) },
  });
  tf.dispose(Object.values(tensors));
});

test("weights are copied: neither side sees what the other does later", async () => {
  const data = Float32Array.of(1, 2);
  const tensors = uploadWeights({ w: { dtype: "float32", shape: [2], data } });
  data[0] = 9;
  const { w } = await download(tensors);
  expect(w?.data[0]).toBe(1);
  if (w?.dtype === "float32") w.data.fill(7);
  expect((await download(tensors)).w?.data[1]).toBe(2);
  tf.dispose(Object.values(tensors));
});

test("a weight whose shape is not its size is told by name", () => {
  const wrong = { w: { dtype: "float32", shape: [3], data: new Float32Array(2) } } as const;
  expect(() => uploadWeights(wrong)).toThrow('The weight "w" is [3] and holds 2 numbers.');
});

test.each([
  [{ x: { dtype: "float16", shape: [1], data: new Uint16Array(1) } }, '"x" is float16'],
  [{ x: { dtype: "float32", shape: [], data: new Float32Array(1) } }, '"x" is a scalar'],
  [{ x: { dtype: "float32", shape: [2], data: new Float32Array(3) } }, '"x" is [2] and holds 3'],
  [
    {
      x: { dtype: "float32", shape: [2], data: new Float32Array(2) },
      y: { dtype: "float32", shape: [3], data: new Float32Array(3) },
    },
    '"y" holds 3 samples and "x" holds 2',
  ],
])("a batch that programs cannot take is refused by field", (batch, why) => {
  let error: unknown;
  try {
    checkBatch(batch as Batch);
  } catch (caught) {
    error = caught;
  }
  expect(isGraftError(error, "batch-invalid")).toBe(true);
  expect(String(error)).toContain(why);
});
