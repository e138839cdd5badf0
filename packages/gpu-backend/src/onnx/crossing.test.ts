import { expect, test } from "vitest";
import { fieldsToWorker } from "./crossing.js";

test("a view crosses as a copy of itself alone; shared memory crosses as it is", () => {
  const pool = new Float32Array(1000).map((_, i) => i);
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const { value, transfer } = fieldsToWorker({
    view: { dtype: "float32", shape: [2], data: pool.subarray(10, 12) },
    shared: { dtype: "int32", shape: [2], data: shared },
  });
  expect(value.shared).toBe(shared);
  expect(value.view).toEqual(Float32Array.of(10, 11));
  expect(transfer).toEqual([value.view!.buffer]);
  expect([transfer[0]!.byteLength, pool.length]).toEqual([8, 1000]);
});

test("many arrays of any type cross in one block", () => {
  const { value, transfer } = fieldsToWorker({
    bytes: { dtype: "uint8", shape: [3], data: Uint8Array.of(1, 2, 3) },
    floats: { dtype: "float32", shape: [1], data: Float32Array.of(0.5) },
    none: { dtype: "int32", shape: [0], data: new Int32Array() },
    whole: { dtype: "int32", shape: [2], data: Int32Array.of(-1, 7) },
  });
  expect(value).toEqual({
    bytes: Uint8Array.of(1, 2, 3),
    floats: Float32Array.of(0.5),
    none: new Int32Array(),
    whole: Int32Array.of(-1, 7),
  });
  expect(transfer).toEqual([value.bytes!.buffer]);
  expect(value.whole!.buffer).toBe(transfer[0]);
});

test("an array that fits no block has one of its own", () => {
  const field = (length: number) =>
    ({ dtype: "float32", shape: [length], data: new Float32Array(length).fill(length) }) as const;
  const batch = { first: field(1), large: field(9), last: field(2), next: field(3) };
  const { value, transfer } = fieldsToWorker(batch, 24);
  expect(transfer.map(({ byteLength }) => byteLength)).toEqual([8, 40, 24]);
  expect(value).toEqual({
    first: batch.first.data,
    large: batch.large.data,
    last: batch.last.data,
    next: batch.next.data,
  });
});
