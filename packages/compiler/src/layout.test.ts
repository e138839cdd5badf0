import { expect, test } from "vitest";
import { NCHW, permute, reshapeOrder, sameLayout, sizeOf, transposeData } from "./layout.js";

const counting = (shape: readonly number[]) =>
  Float32Array.from({ length: sizeOf(shape) }, (_, index) => index);

test("data is moved so that its axes come in the given order", () => {
  expect(transposeData(counting([2, 3]), [2, 3], [1, 0])).toEqual(
    Float32Array.of(0, 3, 1, 4, 2, 5),
  );
  expect(transposeData(counting([1, 2, 1, 2]), [1, 2, 1, 2], NCHW)).toEqual(
    Float32Array.of(0, 2, 1, 3),
  );
  expect(transposeData(BigInt64Array.of(7n), [], [])).toEqual(BigInt64Array.of(7n));
});

test("axes of size 1 may stand anywhere", () => {
  expect(sameLayout([0, 3, 1, 2], [0, 1, 2, 3], [4, 1, 1, 9])).toBe(true);
  expect(sameLayout([0, 3, 1, 2], [0, 1, 2, 3], [4, 2, 1, 9])).toBe(false);
});

/** Physical data, laid out in `order`, of a tensor that counts up in logical order. */
const laidOut = (shape: readonly number[], order: readonly number[]) =>
  transposeData(counting(shape), shape, order);

const reshapes: [from: number[], order: readonly number[], to: number[], moves: boolean][] = [
  [[2, 3, 4, 5], NCHW, [2, 12, 5], false],
  [[2, 3, 4, 5], NCHW, [2, 3, 4, 5, 1], false],
  [[2, 3, 4, 6], NCHW, [2, 3, 4, 2, 3], false],
  [[2, 1, 1, 5], NCHW, [2, 5], false],
  [[2, 5], [1, 0], [2, 1, 1, 5], false],
  [[6, 4], [1, 0], [2, 3, 4], false],
  [[2, 3, 4, 5], NCHW, [2, 60], true],
  [[2, 3, 4, 5], NCHW, [6, 4, 5], true],
  [[2, 3], [1, 0], [3, 2], true],
];

for (const [from, order, to, moves] of reshapes) {
  test(`[${from}] in order [${order}] to [${to}] ${moves ? "needs a transpose" : "leaves the data where it is"}`, () => {
    const kept = reshapeOrder(from, order, to);
    expect(kept === undefined).toBe(moves);
    if (kept) {
      expect(laidOut(to, kept)).toEqual(laidOut(from, order));
      expect(sizeOf(permute(to, kept))).toBe(sizeOf(from));
    }
  });
}
