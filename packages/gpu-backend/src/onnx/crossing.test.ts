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
