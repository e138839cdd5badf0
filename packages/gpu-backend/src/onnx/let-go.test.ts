import { expect, test } from "vitest";
import { letGo } from "./let-go.js";

test("the memory under arrays is gone, and other arrays stay", () => {
  const arrays = [new Float32Array(1000), new Float32Array(8)];
  const kept = Float32Array.of(1, 2);
  const { buffer } = arrays[0]!;
  letGo([buffer, arrays[1]!.buffer, buffer]);
  expect(arrays.map(({ byteLength }) => byteLength)).toEqual([0, 0]);
  expect([...kept]).toEqual([1, 2]);
});

test("nothing to free is no error", () => {
  letGo([]);
});

test("the resident memory falls at once, without a collection", () => {
  const bytes = 256 * 2 ** 20;
  const array = new Float32Array(bytes / 4).fill(1);
  const before = process.memoryUsage.rss();
  letGo([array.buffer]);
  expect(before - process.memoryUsage.rss()).toBeGreaterThan(bytes / 2);
});
