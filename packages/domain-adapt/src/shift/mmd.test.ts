import { takeRows } from "@graft-ml/core/linalg";
import { readGolden } from "@graft-ml/core/testing";
import { describe, expect, it } from "vitest";
import { coralDistance } from "./coral-distance.js";
import { checkKernelBytes } from "./kernel-matrix.js";
import { mmd } from "./mmd.js";
import { goldenDomains, normalDomains, normalMatrix } from "./testing.js";

type Case = {
  name: string;
  shape: [number, number, number];
  median: number;
  unbiased: number;
  biased: number;
  p?: number;
};
const golden = readGolden<{ mmd: Case[]; coral: number[] }>(import.meta.url, "golden/shift.json");

describe("MMD", () => {
  it.each(golden.mmd)("of $name is the paper's sum, term by term", (each) => {
    const found = mmd({ ...goldenDomains(each.name, ...each.shape), permutations: 1 });
    expect(found.unbiased).toBeCloseTo(each.unbiased, 12);
    expect(found.biased).toBeCloseTo(each.biased, 12);
    expect(found.medianDistance).toBeCloseTo(each.median, 12);
    expect(found.widths).toEqual([0.25, 0.5, 1, 2, 4].map((x) => x * found.medianDistance));
  });

  it("has a p-value that comes near the one of every division there is", () => {
    const [few] = golden.mmd;
    const permutations = 4000;
    const found = mmd({ ...goldenDomains(few!.name, ...few!.shape), permutations });
    const deviation = Math.sqrt((few!.p! * (1 - few!.p!)) / permutations);
    expect(Math.abs(found.p - few!.p!)).toBeLessThan(4 * deviation);
  });

  it("keeps its level where the domains are the same, and tells those that aren't", () => {
    const same = Array.from({ length: 100 }, (_, seed) => {
      return mmd({ ...normalDomains(20, 3, { seed }), permutations: 99, seed }).p;
    });
    // Of 100 tests at 0.1, 10 are expected and more than 20 hardly ever seen.
    expect(same.filter((p) => p <= 0.1).length).toBeLessThanOrEqual(20);
    expect(same.filter((p) => p <= 0.5).length).toBeGreaterThan(30);
    expect(mmd(normalDomains(60, 3, { seed: 1, moved: 2 })).p).toBe(1 / 201);
  });

  it("uses as many rows as asked, says so, and is the same for the same seed", () => {
    const domains = normalDomains(50, 2, { seed: 3, moved: 1 });
    const first = mmd({ ...domains, maxRows: 30, seed: 1 });
    expect([first.rows, first.allRows]).toEqual([
      { source: 30, target: 30 },
      { source: 50, target: 50 },
    ]);
    expect(mmd({ ...domains, maxRows: 30, seed: 1 })).toEqual(first);
    expect(mmd({ ...domains, maxRows: 30, seed: 2 }).unbiased).not.toBe(first.unbiased);
  });

  it("of rows that are all the same is 0", () => {
    const source = takeRows(normalMatrix(1, 3, 1), [0, 0, 0, 0]);
    expect(mmd({ source, target: source })).toMatchObject({ unbiased: 0, biased: 0, p: 1 });
  });

  it("refuses what it can't be made of", () => {
    const { source, target } = normalDomains(5, 3, { seed: 1 });
    const wider = normalMatrix(5, 4, 1);
    const none = { rows: 0, columns: 3, data: new Float64Array(0) };
    const broken = { ...source, data: source.data.map((x, at) => (at === 7 ? Number.NaN : x)) };
    expect(() => mmd({ source, target: wider })).toThrow("3 features, the target's 4");
    expect(() => mmd({ source: none, target })).toThrow("The source has 0 rows");
    expect(() => mmd({ source, target: takeRows(target, [0]) })).toThrow("The target has 1 rows");
    expect(() => mmd({ source: broken, target })).toThrow(
      "Row 2 of the source has NaN as feature 1",
    );
    expect(() => mmd({ source, target, multiples: [0] })).toThrow("widths above 0");
    expect(() => mmd({ source, target, permutations: 0 })).toThrow("at least 1, not 0");
    expect(() => mmd({ source, target, maxRows: 1.5 })).toThrow("at least 2, not 1.5");
    expect(() => checkKernelBytes(20_000, 20_000)).toThrow(
      /12800000000 bytes, more than 1073741824.*maxRows to 5792 or less/,
    );
    expect(() => checkKernelBytes(5792, 5792)).not.toThrow();
  });
});

describe("CORAL's distance", () => {
  it("is NumPy's", () => {
    golden.mmd.forEach(({ name, shape }, at) => {
      expect(coralDistance(goldenDomains(name, ...shape))).toBeCloseTo(golden.coral[at]!, 14);
    });
  });

  it("is 0 from a domain to itself moved, and refuses what has no covariance", () => {
    const { source } = normalDomains(9, 4, { seed: 1 });
    const moved = { ...source, data: source.data.map((value) => value + 3) };
    expect(coralDistance({ source, target: moved })).toBeLessThan(1e-28);
    expect(() => coralDistance({ source, target: takeRows(source, [1]) })).toThrow(
      "The target has 1 rows",
    );
    const wide = normalMatrix(2, 11_586, 1);
    expect(() => coralDistance({ source: wide, target: wide })).toThrow("1073883168 bytes");
  });
});
