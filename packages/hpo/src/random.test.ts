import { expect, test } from "vitest";
import { randomOf } from "./random.js";

const draws = (seed: number, number: number, site: string) => {
  const source = randomOf({ seed, number, site });
  return Array.from({ length: 8 }, () => source.uniform());
};

test("the same seed, number and site give the same numbers, any other others", () => {
  expect(draws(1, 2, "a")).toEqual(draws(1, 2, "a"));
  const others = [draws(1, 2, "a"), draws(2, 1, "a"), draws(1, 3, "a"), draws(1, 2, "b")];
  expect(new Set(others.flat()).size).toBe(32);
});

test("first draws of numbers in a row are even and go with nothing", () => {
  const first = Array.from({ length: 20_000 }, (_, number) =>
    randomOf({ seed: 5, number, site: "x" }).uniform(),
  );
  const mean = first.reduce((sum, x) => sum + x, 0) / first.length;
  const lagged = first.slice(1).reduce((sum, x, at) => sum + (x - 0.5) * (first[at]! - 0.5), 0);
  expect(mean).toBeCloseTo(0.5, 2);
  // Four deviations of a product of two even numbers.
  expect(Math.abs(lagged / first.length)).toBeLessThan(4 / 12 / Math.sqrt(first.length));
});

test("normal numbers have mean 0 and deviation 1, and places go by their weights", () => {
  const source = randomOf({ seed: 5, number: 0, site: "y" });
  const normal = Array.from({ length: 20_000 }, () => source.normal());
  expect(normal.reduce((sum, x) => sum + x, 0) / 20_000).toBeCloseTo(0, 1);
  expect(normal.reduce((sum, x) => sum + x * x, 0) / 20_000).toBeCloseTo(1, 1);
  const counts = [0, 0, 0];
  for (let draw = 0; draw < 9000; draw++) counts[source.index([1, 0, 2])]!++;
  expect(counts[1]).toBe(0);
  expect(counts[0]! / 9000).toBeCloseTo(1 / 3, 1);
});

test("an array is filled with normal numbers that don't go together", () => {
  const source = randomOf({ seed: 6, number: 0, site: "z" });
  const array = new Float64Array(20_001);
  source.fillNormal(array);
  const meanOf = (of: (x: number, at: number) => number) =>
    array.reduce((sum, x, at) => sum + of(x, at), 0) / array.length;
  expect(meanOf((x) => x)).toBeCloseTo(0, 1);
  expect(meanOf((x) => x * x)).toBeCloseTo(1, 1);
  expect(meanOf((x) => x ** 4)).toBeCloseTo(3, 0);
  expect(meanOf((x, at) => x * (array[at - 1] ?? 0))).toBeCloseTo(0, 1);
  expect(array.at(-1)).not.toBe(0);
});
