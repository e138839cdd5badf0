import { expect, test } from "vitest";
import { readGolden } from "../testing/golden.js";
import { pairedTTest } from "./paired-t-test.js";

const golden = readGolden<{ cases: { a: number[]; b: number[]; t: number; p: number }[] }>(
  import.meta.url,
  "golden/paired-t-test.json",
);

test("t and p are SciPy's, of even and odd numbers of pairs, and the same the other way round", () => {
  for (const { a, b, t, p } of golden.cases) {
    const found = pairedTTest(a, b);
    expect(found.freedom).toBe(a.length - 1);
    expect(found.t / t).toBeCloseTo(1, 10);
    expect(found.p).toBeCloseTo(p, 12);
    expect(pairedTTest(b, a)).toMatchObject({ t: -found.t, p: found.p });
  }
});

test("scores that never differ say nothing; a constant difference says all; no pairs are told", () => {
  expect(pairedTTest([1, 2], [1, 2]).p).toBeNaN();
  expect(pairedTTest([1, 2, 3], [0, 1, 2])).toMatchObject({ difference: 1, t: Infinity, p: 0 });
  expect(() => pairedTTest([1], [2])).toThrow("at least two pairs, not 1 scores beside 1");
  expect(() => pairedTTest([1, 2], [2])).toThrow("not 2 scores beside 1");
});
