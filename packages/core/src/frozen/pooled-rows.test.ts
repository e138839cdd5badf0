import { expect, test } from "vitest";
import { type FrozenPooling, pooledRows } from "./pooled-rows.js";

const counted = (...dims: number[]) => ({
  type: "float32",
  dims,
  data: Float32Array.from({ length: dims.reduce((all, n) => all * n, 1) }, (_, at) => at),
});

test.each<[string, number[], FrozenPooling, number[]]>([
  ["vectors are left as they are", [2, 3], "mean", [0, 1, 2, 3, 4, 5]],
  ["tokens, the first", [2, 3, 2], "cls", [0, 1, 6, 7]],
  ["tokens, their mean", [2, 3, 2], "mean", [2, 3, 8, 9]],
  ["maps, channels first", [2, 2, 2, 2], "cls", [1.5, 5.5, 9.5, 13.5]],
])("%s", (_, dims, pooling, expected) => {
  const { data, width } = pooledRows(counted(...dims), { pooling, count: 2 });
  expect([...data]).toEqual(expected);
  expect(width).toBe(expected.length / 2);
});

test("what is no row a sample is told", () => {
  const options = { pooling: "mean", count: 2 } as const;
  expect(() => pooledRows(counted(3, 2), options)).toThrow(/\[3,2\] for 2 samples/);
  expect(() => pooledRows(counted(2), options)).toThrow(/\[2\], and must be \(B, D\)/);
  const int8 = { type: "int8", dims: [2, 1], data: Int8Array.of(1, 2) };
  expect(() => pooledRows(int8, options)).toThrow(/int8, and must be float32/);
  const broken = { type: "float32", dims: [2, 2], data: Float32Array.of(1, 2, 3, Number.NaN) };
  expect(() => pooledRows(broken, options)).toThrow(/not a number at sample 1/);
});
