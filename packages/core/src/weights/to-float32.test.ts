import { expect, test } from "vitest";
import type { HostTensor } from "./host-tensor.js";
import { toFloat32 } from "./to-float32.js";

const cases: readonly (readonly [HostTensor, readonly number[]])[] = [
  [
    {
      dtype: "float16",
      shape: [9],
      data: Uint16Array.of(0x0000, 0x8000, 0x3c00, 0xc000, 0x7bff, 0x0001, 0x03ff, 0x7c00, 0xfc00),
    },
    [0, -0, 1, -2, 65504, 2 ** -24, 1023 * 2 ** -24, Infinity, -Infinity],
  ],
  [
    { dtype: "bfloat16", shape: [4], data: Uint16Array.of(0x3f80, 0xc040, 0x7f80, 0x0001) },
    [1, -3, Infinity, 2 ** -133],
  ],
  [
    { dtype: "float64", shape: [2], data: Float64Array.of(0.1, -1e300) },
    [Math.fround(0.1), -Infinity],
  ],
  [{ dtype: "int64", shape: [2], data: BigInt64Array.of(-3n, 2n ** 40n) }, [-3, 2 ** 40]],
  [{ dtype: "uint64", shape: [1], data: BigUint64Array.of(2n ** 63n) }, [2 ** 63]],
  [{ dtype: "int32", shape: [1], data: Int32Array.of(-7) }, [-7]],
  [{ dtype: "uint32", shape: [1], data: Uint32Array.of(2 ** 32 - 1) }, [Math.fround(2 ** 32 - 1)]],
  [{ dtype: "int16", shape: [1], data: Int16Array.of(-300) }, [-300]],
  [{ dtype: "uint16", shape: [1], data: Uint16Array.of(65535) }, [65535]],
  [{ dtype: "int8", shape: [1], data: Int8Array.of(-128) }, [-128]],
  [{ dtype: "uint8", shape: [1], data: Uint8Array.of(200) }, [200]],
  [{ dtype: "bool", shape: [2], data: Uint8Array.of(0, 1) }, [0, 1]],
];

test.each(cases)("%o becomes float32", (tensor, expected) => {
  for (const shared of [false, true]) {
    const { dtype, shape, data } = toFloat32(tensor, { shared });
    expect([dtype, shape]).toEqual(["float32", tensor.shape]);
    expect([...data]).toEqual(expected);
    expect(data.buffer instanceof SharedArrayBuffer).toBe(shared);
  }
});

test("a half that is not a number stays none", () => {
  const half: HostTensor = { dtype: "float16", shape: [1], data: Uint16Array.of(0x7e00) };
  expect(toFloat32(half).data[0]).toBeNaN();
});

test("float32 is copied only to be shared", () => {
  const tensor: HostTensor = { dtype: "float32", shape: [1], data: Float32Array.of(1.5) };
  expect(toFloat32(tensor)).toBe(tensor);
  const shared = toFloat32(tensor, { shared: true });
  expect([...shared.data]).toEqual([1.5]);
  expect(toFloat32(shared, { shared: true })).toBe(shared);
});
