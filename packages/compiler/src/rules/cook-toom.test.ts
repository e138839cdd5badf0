import { expect, test } from "vitest";
import { cookToom } from "./cook-toom.js";
import type { Matrix } from "./matrix.js";

const times = (matrix: Matrix, vector: readonly number[]): number[] =>
  matrix.map((row) =>
    row.reduce((sum, value, index) => sum + value * (vector[index] as number), 0),
  );

test.each([3, 4])(
  "four results of %i taps are the filter's, from as few products as can be",
  (taps) => {
    const { points, input, filter, output } = cookToom(4, taps);
    expect(points).toBe(4 + taps - 1);
    const d = Array.from({ length: points }, (_, index) => Math.sin(3 * index + 1));
    const g = Array.from({ length: taps }, (_, index) => Math.cos(5 * index));
    const [mapped, filtered] = [times(input, d), times(filter, g)];
    const results = times(
      output,
      mapped.map((value, index) => value * (filtered[index] as number)),
    );
    results.forEach((result, place) => {
      const direct = g.reduce((sum, tap, index) => sum + tap * (d[place + index] as number), 0);
      expect(result).toBeCloseTo(direct, 12);
    });
  },
);

test("other sizes are refused", () => {
  expect(() => cookToom(6, 3)).toThrow("No points for 6 results of 3 taps.");
});
