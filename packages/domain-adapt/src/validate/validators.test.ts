import { softmax } from "@graft-ml/core";
import type { Matrix } from "@graft-ml/core/linalg";
import { formulaValues, readGolden, worstDifference } from "@graft-ml/core/testing";
import { describe, expect, it } from "vitest";
import { densityRatios, effectiveRows } from "../weights/density-ratios.js";
import { circularScore } from "./circular-score.js";
import { entropyScore, informationScore } from "./entropy-scores.js";

import { neighbourhoodDensityScore } from "./neighbourhood-density.js";
import { nuclearNormScore } from "./nuclear-norm.js";
import { deepEmbeddedScore, importanceWeightedScore, sourceLosses } from "./weighted-risk.js";

const golden = readGolden<{
  probabilities: number[];
  wide: number[];
  entropy: number;
  information: number;
  density: { temperature: number; score: number }[];
  featureDensity: number;
  nuclear: number;
  nuclearWide: number;
  ratios: { strength: number; weights: number[] }[];
  weighted: number;
  dev: number;
  clustered: number[];
  adapted: number[];
  circular: number;
}>(import.meta.url, "golden/validators.json");

const table = (values: ArrayLike<number>, columns: number): Matrix => ({
  rows: values.length / columns,
  columns,
  data: Float64Array.from(values),
});
const [N, M, C, D] = [40, 30, 4, 5];
const probabilities = table(golden.probabilities, C);
const source = table(formulaValues("source", M * D), D);
const target = table(formulaValues("target", N * D, -0.5, 1.5), D);
const losses = formulaValues("losses", M, 0, 2);
const sure = table([1, 0, 0, 1, 1, 0, 0, 1], 2);
const oneSided = table([1, 0, 1, 0, 1, 0, 1, 0], 2);

describe("of probabilities", () => {
  it("entropy, information and nuclear norm are those of the definition", () => {
    expect(entropyScore(probabilities)).toBeCloseTo(golden.entropy, 12);
    expect(informationScore(probabilities)).toBeCloseTo(golden.information, 12);
    expect(nuclearNormScore(probabilities)).toBeCloseTo(golden.nuclear, 10);
    expect(nuclearNormScore(table(golden.wide, 6))).toBeCloseTo(golden.nuclearWide, 10);
  });

  it("are highest for sure and fair predictions; entropy alone is fooled by one class for all", () => {
    expect(entropyScore(sure)).toBeCloseTo(0, 12);
    expect(entropyScore(oneSided)).toBeCloseTo(0, 12);
    expect(informationScore(sure)).toBeCloseTo(Math.log(2), 12);
    expect(informationScore(oneSided)).toBeCloseTo(0, 12);
    expect(nuclearNormScore(sure)).toBeCloseTo(1, 12);
    expect(nuclearNormScore(oneSided)).toBeCloseTo(Math.SQRT1_2, 12);
  });

  it("logits, NaN, one class and no rows are refused", () => {
    for (const score of [entropyScore, informationScore, nuclearNormScore]) {
      expect(() => score(table([3, -2], 2))).toThrow(/adds up to 1, or is below 0.*softmax/);
      expect(() => score(table([3, 2], 2))).toThrow(/adds up to 5/);
      expect(() => score(table([0.5, 0.5, Number.NaN, 1], 2))).toThrow(
        /Row 1 of the table of probabilities/,
      );
      expect(() => score(table([1, 1], 1))).toThrow(/1 class/);
      expect(() => score(table([], 2))).toThrow(/no rows/);
      expect(() => score({ rows: 2, columns: 2, data: new Float64Array(2) })).toThrow(
        /said to be \(2, 2\) and holds 2/,
      );
    }
  });
});

describe("soft neighbourhood density", () => {
  it("is the paper's, of probabilities and of features", () => {
    for (const { temperature, score } of golden.density) {
      expect(neighbourhoodDensityScore(probabilities, { temperature })).toBeCloseTo(score, 10);
    }
    expect(neighbourhoodDensityScore(target)).toBeCloseTo(golden.featureDensity, 10);
  });

  it("is the same in blocks, and log(N - 1) where all rows are alike", () => {
    const alike = table(new Float32Array(600 * 2).fill(0.5), 2);
    expect(neighbourhoodDensityScore(alike)).toBeCloseTo(Math.log(599), 10);
    const rows = table(formulaValues("many", 300 * 3), 3);
    const turned = table([...rows.data.slice(150 * 3), ...rows.data.slice(0, 150 * 3)], 3);
    expect(neighbourhoodDensityScore(turned)).toBeCloseTo(neighbourhoodDensityScore(rows), 10);
    expect(() => neighbourhoodDensityScore(table([1, 0], 2))).toThrow(/1 row/);
    expect(() => neighbourhoodDensityScore(sure, { temperature: 0 })).toThrow(/temperature 0/);
  });
});

describe("weighted risks", () => {
  it("weights are scikit-learn's odds, and the two risks those of the papers", () => {
    for (const { strength, weights } of golden.ratios) {
      const found = densityRatios({ source, target, strength });
      expect(worstDifference(found, weights)).toBeLessThan(1e-4);
    }
    const weights = golden.ratios[1]!.weights;
    expect(importanceWeightedScore({ losses, weights })).toBeCloseTo(golden.weighted, 10);
    expect(deepEmbeddedScore({ losses, weights })).toBeCloseTo(golden.dev, 10);
  });

  it("of equal weights are the mean loss; the control variate takes out what weights alone add", () => {
    const weights = new Float64Array(M).fill(1);
    const mean = losses.reduce((a, b) => a + b, 0) / M;
    expect(importanceWeightedScore({ losses, weights })).toBeCloseTo(-mean, 6);
    expect(deepEmbeddedScore({ losses, weights })).toBeCloseTo(-mean, 6);
    const constant = deepEmbeddedScore({ losses: [2, 2, 2], weights: [0.1, 4, 3] });
    expect(constant).toBeCloseTo(-2, 12);
    expect(effectiveRows(weights)).toBeCloseTo(M, 10);
    expect(effectiveRows([0, 5, 0])).toBe(1);
    expect(effectiveRows([0, 0])).toBe(0);
  });

  it("of one domain only are weights about 1", () => {
    const same = densityRatios({ source: target, target });
    expect(worstDifference(same, new Float64Array(N).fill(1))).toBeLessThan(1e-5);
  });

  it("losses are of the true class", () => {
    const rows = table([0.75, 0.25, 0.5, 0.5], 2);
    const labels = [1, 1];
    expect([...sourceLosses({ probabilities: rows, labels })]).toEqual([Math.log(4), Math.log(2)]);
    expect([...sourceLosses({ probabilities: rows, labels, loss: "error" })]).toEqual([1, 1]);
    expect(sourceLosses({ probabilities: sure, labels: [1, 0, 0, 0] })[0]).toBeLessThan(28);
    expect(() => sourceLosses({ probabilities: rows, labels: [0, 2] })).toThrow(/label 2 of row 1/);
    expect(() => sourceLosses({ probabilities: rows, labels: [0] })).toThrow(/1 labels, not 2/);
  });

  it("widths and lengths that differ, and NaN, are refused", () => {
    expect(() => densityRatios({ source, target: sure })).toThrow(/5 features, the target.s 2/);
    expect(() => importanceWeightedScore({ losses, weights: [1] })).toThrow(/1 weights, not 30/);
    expect(() => deepEmbeddedScore({ losses: [Number.NaN], weights: [1] })).toThrow(
      /losses is NaN/,
    );
    expect(() => deepEmbeddedScore({ losses: [], weights: [] })).toThrow(/not one or more/);
  });
});

describe("circular validation", () => {
  const labels = Array.from({ length: M }, (_, row) => row % C);
  const predicted = Array.from({ length: N }, (_, row) => {
    const chances = golden.probabilities.slice(row * C, (row + 1) * C);
    return chances.indexOf(Math.max(...chances));
  });
  const options = {
    target: { features: table(golden.adapted, D), predicted },
    source: { features: table(golden.clustered, D), labels },
    numClasses: C,
  };

  it("is scikit-learn's accuracy on the source of a regression fitted on pseudo-labels", () => {
    expect(circularScore(options)).toBeCloseTo(golden.circular, 12);
  });

  it("takes any classifier, and refuses what does not fit", () => {
    const seen: number[] = [];
    const fit = (data: { labels: ArrayLike<number> }) => {
      seen.push(data.labels.length);
      return () => labels;
    };
    expect(circularScore({ ...options, fit })).toBe(1);
    expect(seen).toEqual([N]);
    expect(circularScore({ ...options, fit: () => () => new Int32Array(M) })).toBeCloseTo(8 / M);
    expect(() => circularScore({ ...options, fit: () => () => [0] })).toThrow(/fitted classifier/);
    expect(() =>
      circularScore({ ...options, source: { features: sure, labels: [0, 0, 0, 0] } }),
    ).toThrow(/2 features, the target.s 5/);
    expect(() =>
      circularScore({
        ...options,
        target: { ...options.target, predicted: predicted.map(() => 9) },
      }),
    ).toThrow(/label 9 is outside/);
  });
});

it("a model that tells the target's classes apart is preferred by entropies and norms", () => {
  const logits = formulaValues("candidates", 200 * 3);
  const truth = Array.from({ length: 200 }, (_, row) => row % 3);
  const model = (sharpness: number) =>
    table(
      softmax(
        logits.map((noise, at) => noise + (truth[Math.floor(at / 3)] === at % 3 ? sharpness : 0)),
        { numClasses: 3 },
      ),
      3,
    );
  for (const score of [entropyScore, informationScore, nuclearNormScore]) {
    expect(score(model(5))).toBeGreaterThan(score(model(1)));
  }
});
