import { multiply, rowOf, takeRows } from "@graft-ml/core/linalg";
import { describe, expect, it } from "vitest";
import { gaussianKernel } from "../align/kernel.js";
import { golden, largestDifference } from "../testing/golden-domains.js";
import { discriminatorWeights } from "./discriminator.js";
import { kernelMeanMatching } from "./kernel-mean-matching.js";
import { kliep } from "./kliep.js";
import { withMean } from "./mean-one.js";
import { boostedClasses, trAdaBoost } from "./tradaboost.js";

const { domains, sourceLabels, targetLabels } = golden;
const { source, target } = domains;

describe("weights are those of the papers' equations", () => {
  it("kernel mean matching", () => {
    const weights = kernelMeanMatching(domains, { width: 2 });
    const kernel = gaussianKernel(source, source, 2);
    const across = gaussianKernel(source, target, 2);
    const product = multiply(kernel, { rows: weights.length, columns: 1, data: weights }).data;
    const value = weights.reduce((sum, weight, row) => {
      const pull = (source.rows / target.rows) * rowOf(across, row).reduce((a, b) => a + b, 0);
      return sum + weight * (product[row]! / 2 - pull);
    }, 0);
    expect(value).toBeCloseTo(golden.kernelMeanMatching.value, 6);
    expect(largestDifference(weights, golden.kernelMeanMatching.weights)).toBeLessThan(1e-4);
  });

  it("KLIEP", () => {
    const weights = kliep(domains, { width: 2, steps: 100_000 });
    expect(weights.reduce((a, b) => a + b, 0) / weights.length).toBeCloseTo(1, 6);
    expect(largestDifference(weights, golden.kliep.weights)).toBeLessThan(1e-4);
  });

  it("a discriminator's odds", () => {
    const weights = discriminatorWeights(domains);
    expect(largestDifference(weights, golden.discriminator)).toBeLessThan(1e-5);
  });
});

it("TrAdaBoost tells the classes that scikit-learn's learners tell", () => {
  const few = [0, 1, 2, 3, 4, 5];
  const boosted = trAdaBoost({
    source,
    target: takeRows(target, few),
    sourceLabels,
    targetLabels: few.map((row) => targetLabels[row]!),
    numClasses: 3,
  });
  expect([...boostedClasses(boosted, target)]).toEqual(golden.tradaboost);
});

it("weights above the bound are cut, and the others make up for it", () => {
  expect([...withMean(Float64Array.of(1, 1, 2), { mean: 1, most: 20 })]).toEqual([0.75, 0.75, 1.5]);
  const cut = withMean(Float64Array.of(1, 1, 100), { mean: 1, most: 2 });
  expect(cut[2]).toBeCloseTo(2, 10);
  expect(cut.reduce((a, b) => a + b, 0)).toBeCloseTo(3, 6);
});

it("kernels that don't fit are refused", () => {
  expect(() => kernelMeanMatching(domains, { memoryLimit: 10 })).toThrow(/fewer rows/);
  expect(() => kliep(domains, { memoryLimit: 10 })).toThrow(/memoryLimit/);
});
