import { expect, test } from "vitest";
import { arraySource } from "./array-source.js";

const fields = {
  x: { dtype: "float32", shape: [3, 2], data: Float32Array.of(0, 1, 10, 11, 20, 21) },
  pixel: { dtype: "uint8", shape: [3], data: Uint8Array.of(5, 6, 7) },
  label: { dtype: "int32", shape: [3], data: Int32Array.of(-1, 0, 1) },
  valid: { dtype: "bool", shape: [3], data: Uint8Array.of(1, 0, 1) },
} as const;

test("rows come in the order asked for, in their own dtype, as copies", async () => {
  const source = arraySource(fields);
  expect(source.size).toBe(3);
  const batch = await source.load([2, 0, 2], { epoch: 1 });
  expect(batch).toEqual({
    x: { dtype: "float32", shape: [3, 2], data: Float32Array.of(20, 21, 0, 1, 20, 21) },
    pixel: { dtype: "uint8", shape: [3], data: Uint8Array.of(7, 5, 7) },
    label: { dtype: "int32", shape: [3], data: Int32Array.of(1, -1, 1) },
    valid: { dtype: "bool", shape: [3], data: Uint8Array.of(1, 1, 1) },
  });
  batch.x?.data.fill(0);
  expect(fields.x.data[5]).toBe(21);
});

test("fields of different lengths, and samples that are not there, are refused", async () => {
  const uneven = { ...fields, label: { ...fields.label, shape: [2], data: new Int32Array(2) } };
  expect(() => arraySource(uneven)).toThrow('"label" holds 2 samples and "x" holds 3');
  await expect(arraySource(fields).load([3], { epoch: 1 })).rejects.toThrow(
    "There is no sample 3 among 3.",
  );
  expect(arraySource({}).size).toBe(0);
});
