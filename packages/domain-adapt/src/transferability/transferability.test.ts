import { softmax } from "@graft-ml/core";
import { gram, type Matrix, mapMatrix, transpose } from "@graft-ml/core/linalg";
import { readGolden } from "@graft-ml/core/testing";
import { describe, expect, it } from "vitest";
import { centred } from "../linalg/moments.js";
import { formulaMatrix, normalMatrix } from "../shift/testing.js";
import { hScore } from "./h-score.js";
import { ledoitWolf } from "./ledoit-wolf.js";
import { leep } from "./leep.js";
import { logMe } from "./log-me.js";

type Case = {
  name: string;
  shape: [number, number, number];
  logMe: number;
  logMeOfTargets: number;
  hScore: number | null;
  shrunk: number;
  intensity: number;
};
const golden = readGolden<{
  cases: Case[];
  leep: { name: string; shape: [number, number, number]; leep: number }[];
}>(import.meta.url, "golden/transferability.json");

/** What `labelled` of `scripts/golden/transferability.py` makes. */
const labelsOf = (rows: number, classes: number): number[] =>
  Array.from({ length: rows }, (_, row) => Math.max(0, (row % (classes + 1)) - 1));

function labelled(name: string, [rows, columns, classes]: readonly [number, number, number]) {
  const labels = labelsOf(rows, classes);
  const centres = formulaMatrix(`${name} centres`, [classes, columns]);
  const features = mapMatrix(
    formulaMatrix(name, [rows, columns], [-1.5, 1.5]),
    (value, row, at) => {
      return value + centres.data[labels[row]! * columns + at]!;
    },
  );
  return { features, labels };
}

const with0 = (matrix: Matrix): Matrix => ({
  rows: matrix.rows,
  columns: matrix.columns + 1,
  data: Float64Array.from({ length: matrix.rows * (matrix.columns + 1) }, (_, at) => {
    const [row, column] = [Math.floor(at / (matrix.columns + 1)), at % (matrix.columns + 1)];
    return column === matrix.columns ? 0 : matrix.data[row * matrix.columns + column]!;
  }),
});

describe.each(golden.cases)("$name features", ({ name, shape, ...expected }) => {
  const { features, labels } = labelled(name, shape);

  it("have the LogME of the highest evidence that a search finds", () => {
    expect(logMe(features, { labels })).toBeCloseTo(expected.logMe, 8);
    const targets = mapMatrix(
      formulaMatrix(`${name} targets`, [shape[0], 2]),
      (value, row, column) => value + 0.5 * features.data[row * shape[1] + column]!,
    );
    expect(logMe(features, { targets })).toBeCloseTo(expected.logMeOfTargets, 8);
  });

  it("have the H-score of its definition, and scikit-learn's shrinkage", () => {
    const about = centred(features);
    for (const products of [gram(about), gram(transpose(about))]) {
      expect(ledoitWolf(about, products).intensity).toBeCloseTo(expected.intensity, 12);
    }
    expect(hScore(features, { labels, shrink: true })).toBeCloseTo(expected.shrunk, 10);
    if (expected.hScore === null) {
      expect(() => hScore(features, { labels })).toThrow("18 rows of 25 features");
    } else expect(hScore(features, { labels })).toBeCloseTo(expected.hScore, 10);
  });

  it("count the same with a feature that never varies", () => {
    const wider = with0(features);
    expect(logMe(wider, { labels })).toBeCloseTo(expected.logMe, 8);
    if (expected.hScore !== null) {
      expect(hScore(wider, { labels })).toBeCloseTo(expected.hScore, 10);
    }
  });
});

describe("LEEP", () => {
  it.each(golden.leep)(
    "of $name classes is that of its equations",
    ({ name, shape, leep: value }) => {
      const [rows, columns, classes] = shape;
      const labels = labelsOf(rows, classes);
      const logits = mapMatrix(
        formulaMatrix(`${name} source`, [rows, columns], [-3, 3]),
        (x, row, z) => {
          return x + (labels[row] === z ? 2 : 0);
        },
      );
      const data = Float64Array.from(softmax(logits.data, { numClasses: columns }));
      expect(leep({ rows, columns, data }, { labels })).toBeCloseTo(value, 6);
    },
  );

  it("is 0 where the source's classes say the target's, and the entropy of the labels where they say nothing", () => {
    const sure = { rows: 4, columns: 3, data: Float64Array.of(1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1) };
    expect(leep(sure, { labels: [0, 1, 0, 1] })).toBe(0);
    const flat = { rows: 4, columns: 2, data: new Float64Array(8).fill(0.5) };
    expect(leep(flat, { labels: [0, 1, 0, 1] })).toBeCloseTo(-Math.log(2), 14);
  });
});

describe("transferability", () => {
  const better = labelled("tall", [40, 6, 3]);
  const noise = normalMatrix(40, 6, 5);

  it("ranks features that tell the classes above noise", () => {
    const { features, labels } = better;
    expect(logMe(features, { labels })).toBeGreaterThan(logMe(noise, { labels }));
    for (const shrink of [false, true]) {
      const of = (rows: Matrix) => hScore(rows, { labels, shrink });
      expect(of(features)).toBeGreaterThan(of(noise));
    }
  });

  it("stays finite where features say nothing or all", () => {
    const { labels } = better;
    const nothing = { rows: 40, columns: 2, data: new Float64Array(80) };
    const all = { rows: 40, columns: 3, data: new Float64Array(120) };
    labels.forEach((label, row) => {
      all.data[row * 3 + label] = 1;
    });
    // Without features a class of share s is N(0, s): -log(2 pi e s) / 2 each.
    const shares = [0.5, 0.25, 0.25].map((s) => -Math.log(2 * Math.PI * Math.E * s) / 2);
    expect(logMe(nothing, { labels })).toBeCloseTo(shares.reduce((a, b) => a + b) / 3, 12);
    expect(Number.isFinite(logMe(all, { labels }))).toBe(true);
    expect(logMe(all, { labels })).toBeGreaterThan(1);
    expect(hScore(nothing, { labels })).toBe(0);
    expect(hScore(nothing, { labels, shrink: true })).toBe(0);
    expect(hScore(all, { labels })).toBeCloseTo(2, 10);
  });

  it("takes classes by what they are called: one that is missing is left out", () => {
    const { features, labels } = better;
    const gap = labels.map((label) => 2 * label);
    expect(logMe(features, { labels: gap })).toBe(logMe(features, { labels }));
    expect(hScore(features, { labels: gap })).toBe(hScore(features, { labels }));
  });

  it("refuses one class, labels that don't fit, and numbers that aren't", () => {
    const { features, labels } = better;
    const flat = { rows: 2, columns: 2, data: new Float64Array(4).fill(0.5) };
    const scores = [
      (table: Matrix, given: number[]) => logMe(table, { labels: given }),
      (table: Matrix, given: number[]) => hScore(table, { labels: given }),
      (table: Matrix, given: number[]) => leep(table, { labels: given }),
    ];
    for (const score of scores) {
      expect(() => score(flat, [1, 1])).toThrow("All 2 samples are of the class 1");
      expect(() => score(flat, [1])).toThrow("2 rows have 1 labels");
      expect(() => score(flat, [0, 0.5])).toThrow("The label 0.5 is no class");
      const broken = { ...flat, data: Float64Array.of(1, 0, Number.NaN, 1) };
      expect(() => score(broken, [0, 1])).toThrow(/Row 1 of the table of \w+ has NaN in column 0/);
    }
    expect(() => leep(features, { labels })).toThrow("no distribution");
    const targets = { rows: 40, columns: 1, data: new Float64Array(40) };
    expect(() => logMe(features, { targets })).toThrow("column 0 are 0");
    expect(() => logMe(features, { targets: flat })).toThrow("40 rows of features have 2 rows");
  });
});
