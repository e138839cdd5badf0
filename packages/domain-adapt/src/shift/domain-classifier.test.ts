import { stratifiedFolds } from "@graft-ml/core";
import { takeRows } from "@graft-ml/core/linalg";
import { readGolden } from "@graft-ml/core/testing";
import { describe, expect, it } from "vitest";
import { aDistance } from "./a-distance.js";
import { domainRows, type HeldOut, tellDomains, wrongOf } from "./domain-classifier.js";
import { hypergeometricTail } from "./hypergeometric.js";
import { goldenDomains, normalDomains } from "./testing.js";
import { twoSampleTest } from "./two-sample-test.js";

type Classifier = HeldOut & {
  name: string;
  each: number;
  size: number;
  strength: number;
  p: number;
};
type Tail = { all: number; marked: number; drawn: number; least: number; p: number };
const golden = readGolden<{ classifiers: Classifier[]; hypergeometric: Tail[] }>(
  import.meta.url,
  "golden/shift.json",
);

describe("a domain classifier", () => {
  it.each(golden.classifiers)("takes rows of $name as scikit-learn's does", (each) => {
    const { name, size, strength, p, ...heldOut } = each;
    const rows = domainRows(goldenDomains(name, each.each, each.each, size), 2);
    const all = rows.labels.map((_, row) => row);
    const fold = {
      train: all.filter((row) => row % 3 !== 0),
      validation: all.filter((row) => row % 3 === 0),
    };
    const told = tellDomains(rows, fold, strength);
    expect(told).toEqual({
      sourceRows: heldOut.sourceRows,
      targetRows: heldOut.targetRows,
      sourceAsTarget: heldOut.sourceAsTarget,
      targetAsTarget: heldOut.targetAsTarget,
    });
    const tail = hypergeometricTail({
      all: told.sourceRows + told.targetRows,
      marked: told.targetRows,
      drawn: told.sourceAsTarget + told.targetAsTarget,
      least: told.targetAsTarget,
    });
    expect(tail).toBeCloseTo(p, 12);
  });

  it("learns from as many rows of each domain", () => {
    const { source, target } = normalDomains(30, 2, { seed: 1 });
    const few = takeRows(target, [0, 1, 2, 3, 4, 5, 6]);
    expect(domainRows({ source, target: few }, 2).labels).toHaveLength(14);
    expect(domainRows({ source, target, maxRows: 9 }, 2).labels).toHaveLength(18);
  });
});

describe("the hypergeometric tail", () => {
  it.each(golden.hypergeometric)("of $drawn of $all is SciPy's", ({ p, ...counts }) => {
    expect(hypergeometricTail(counts) / p).toBeCloseTo(1, 9);
  });
});

describe("A-distance", () => {
  it("is 2 (1 - 2 error) over all folds", () => {
    const domains = normalDomains(40, 3, { seed: 2, moved: 1 });
    const found = aDistance({ ...domains, seed: 5, folds: 4 });
    const rows = domainRows(domains, 2);
    const wrong = stratifiedFolds(rows.labels, { folds: 4, seed: 5 })
      .map((fold) => wrongOf(tellDomains(rows, fold)))
      .reduce((a, b) => a + b);
    expect(found).toEqual({ distance: 2 - wrong / 20, error: wrong / 80, folds: 4, rows: 40 });
  });

  it("is 2 where a line divides the domains and near 0 where they are the same", () => {
    expect(aDistance(normalDomains(40, 3, { seed: 2, moved: 20 })).distance).toBe(2);
    expect(Math.abs(aDistance(normalDomains(400, 3, { seed: 2 })).distance)).toBeLessThan(0.25);
  });

  it("refuses fewer rows than folds", () => {
    expect(() => aDistance(normalDomains(4, 3, { seed: 1 }))).toThrow(
      "has 4 rows of 3 features. Give at least 5",
    );
    expect(() => aDistance({ ...normalDomains(9, 3, { seed: 1 }), folds: 1 })).toThrow("folds");
  });
});

describe("the two-sample test", () => {
  it("tells domains that differ, and its chance is that of the held-out rows", () => {
    const found = twoSampleTest(normalDomains(40, 3, { seed: 2, moved: 20 }));
    // One of all ways to choose 20 of 40 is right.
    expect(found).toMatchObject({ accuracy: 1, heldOutRows: 40, trainRows: 40 });
    expect(found.p * 137846528820).toBeCloseTo(1, 9);
  });

  it("keeps its level where they don't", () => {
    const ps = Array.from({ length: 200 }, (_, seed) => {
      return twoSampleTest({ ...normalDomains(30, 2, { seed }), seed }).p;
    });
    // 20 of 200 at 0.1 at most are expected, and above 33 hardly ever seen.
    expect(ps.filter((p) => p <= 0.1).length).toBeLessThanOrEqual(33);
    expect(ps.filter((p) => p <= 0.6).length).toBeGreaterThan(60);
  });

  it("is the same for the same seed and refuses few rows", () => {
    const domains = normalDomains(20, 2, { seed: 4, moved: 1 });
    expect(twoSampleTest({ ...domains, seed: 1 })).toEqual(twoSampleTest({ ...domains, seed: 1 }));
    expect(() => twoSampleTest(normalDomains(3, 2, { seed: 1 }))).toThrow("has 3 rows");
  });
});
