import { mapMatrix } from "@graft-ml/core/linalg";
import { readGolden } from "@graft-ml/core/testing";
import { describe, expect, it } from "vitest";
import { benjaminiHochberg } from "./benjamini-hochberg.js";
import { driftTable } from "./drift-table.js";
import { kolmogorovSmirnov, kolmogorovTail } from "./kolmogorov-smirnov.js";
import { populationStability } from "./population-stability.js";
import { goldenDomains, normalDomains, normalMatrix } from "./testing.js";

type Feature = {
  means: number[];
  deviations: number[];
  difference: number;
  ks: number;
  p: number;
  stability: number;
  corrected: number;
};
const golden = readGolden<{
  drift: { name: string; shape: [number, number, number]; features: Feature[] }[];
  kolmogorov: [number, number][];
}>(import.meta.url, "golden/shift.json");

describe("the table of drifts", () => {
  it.each(golden.drift)("of $name domains is SciPy's and NumPy's", ({ name, shape, features }) => {
    const domains = goldenDomains(name, ...shape);
    const folded = (value: number, _: number, at: number) =>
      at === 2 ? Math.max(value, 0) : value;
    const source = mapMatrix(domains.source, folded);
    const target = mapMatrix(domains.target, folded);
    const found = driftTable({ source, target });
    expect(found.map(({ ks }) => ks)).toEqual(
      features
        .map(({ ks }) => ks)
        .sort()
        .reverse(),
    );
    features.forEach((each, at) => {
      const drift = found.find(({ feature }) => feature === at)!;
      expect([drift.source.mean, drift.target.mean]).toEqual(close(each.means));
      expect([drift.source.deviation, drift.target.deviation]).toEqual(close(each.deviations));
      expect([
        drift.standardisedDifference,
        drift.ks,
        drift.p,
        drift.correctedP,
        drift.stabilityIndex,
      ]).toEqual(close([each.difference, each.ks, each.p, each.corrected, each.stability]));
    });
  });

  it("names features, and is plain JSON even where nothing varies", () => {
    const constant = (value: number) => ({
      rows: 3,
      columns: 2,
      data: new Float64Array(6).fill(value),
    });
    const target = { rows: 3, columns: 2, data: Float64Array.of(0.1, 7, 0.1, 7, 0.1, 7) };
    const found = driftTable({ source: constant(0.1), target, names: ["same", "other"] });
    expect(found.map(({ feature }) => feature)).toEqual(["other", "same"]);
    expect(found[0]).toMatchObject({
      standardisedDifference: null,
      ks: 1,
      p: expect.closeTo(0.1, 14),
      correctedP: expect.closeTo(0.2, 14),
    });
    expect(found[1]).toMatchObject({
      source: { mean: 0.1, deviation: 0 },
      standardisedDifference: 0,
      ks: 0,
      p: 1,
      stabilityIndex: 0,
    });
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });

  it("refuses names for other features, and too few bins", () => {
    const domains = normalDomains(4, 3, { seed: 1 });
    expect(() => driftTable({ ...domains, names: ["a"] })).toThrow("3 features have 1 names");
    expect(() => driftTable({ ...domains, bins: 1 })).toThrow("bins must be");
  });
});

describe("Kolmogorov and Smirnov's test", () => {
  it("has SciPy's limit", () => {
    for (const [x, p] of golden.kolmogorov) expect(kolmogorovTail(x) / p).toBeCloseTo(1, 12);
  });

  it("goes over from exact chances to the limit without a jump", () => {
    const numbers = (count: number, seed: number) => normalMatrix(1, count, seed).data.sort();
    const moved = (count: number) => numbers(count, 2).map((value) => value + 0.1);
    const exact = kolmogorovSmirnov(numbers(500, 1), moved(500));
    const limit = kolmogorovTail(exact.statistic * Math.sqrt(250));
    expect(exact.p).toBeGreaterThan(0.001);
    expect(Math.abs(Math.log(limit / exact.p))).toBeLessThan(0.1);
    const large = kolmogorovSmirnov(numbers(501, 1), moved(500));
    expect(large.p).toBe(kolmogorovTail(large.statistic * Math.sqrt((501 * 500) / 1001)));
  });
});

describe("smaller parts", () => {
  it("Benjamini and Hochberg's correction is that of their own example", () => {
    // Their table of 15 tests, of which four are rejected at 0.05.
    const ps = [
      0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719,
      0.6528, 0.759, 1,
    ];
    const corrected = benjaminiHochberg(ps.toReversed()).reverse();
    expect(corrected.filter((p) => p <= 0.05)).toHaveLength(4);
    expect(corrected[3]).toBeCloseTo((0.0095 * 15) / 4, 14);
    expect(corrected[4]).toBeCloseTo((0.0201 * 15) / 5, 14);
    // Of the sixth, 0.0278 15 / 6 is more than what the seventh gives.
    expect(corrected[5]).toBeCloseTo((0.0298 * 15) / 7, 14);
    expect(corrected[14]).toBe(1);
  });

  it("a list is stable beside itself", () => {
    const numbers = normalMatrix(1, 100, 3).data.sort();
    expect(populationStability(numbers, numbers)).toBe(0);
  });
});

const close = (numbers: readonly number[]) => numbers.map((x) => expect.closeTo(x, 11));
