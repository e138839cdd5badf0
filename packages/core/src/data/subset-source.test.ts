import { expect, test } from "vitest";
import { arraySource } from "./array-source.js";
import { subsetSource } from "./subset-source.js";

const whole = arraySource({
  labels: { dtype: "int32", shape: [5], data: Int32Array.from([10, 11, 12, 13, 14]) },
});
const labels = async (source: typeof whole, indices: readonly number[]) => [
  ...(await source.load(indices, { epoch: 0 })).labels!.data,
];

test("a subset gives its samples by its own numbers, and a subset of it remembers the whole", async () => {
  const some = subsetSource(whole, [4, 0, 2, 2]);
  expect(some.size).toBe(4);
  expect(await labels(some, [0, 3, 1])).toEqual([14, 12, 10]);
  const fewer = subsetSource(some, [2, 0]);
  expect(await labels(fewer, [0, 1])).toEqual([12, 14]);
  expect(fewer.subset).toEqual({ of: whole, indices: [2, 4] });
});

test("a sample outside the source is told", () => {
  expect(() => subsetSource(whole, [1, 5])).toThrow("There is no sample 5 among 5.");
});
