import type { Matrix } from "@graft-ml/core/linalg";
import { formulaValues, readGolden, worstDifference } from "@graft-ml/core/testing";
import { describe, expect, it } from "vitest";
import { bootstrapWins, rowScorer } from "./bootstrap-wins.js";
import { entropyScore, informationScore } from "./entropy-scores.js";

import { rankCandidates } from "./rank-candidates.js";
import { validatorQuality } from "./validator-quality.js";

const golden = readGolden<{
  first: number[];
  second: number[];
  meanRanks: number[];
  spearman: number;
  pearson: number;
}>(import.meta.url, "golden/validators.json");
const { first, second } = golden;

describe("ranks of candidates", () => {
  it("are SciPy's, with ties", () => {
    expect(new Set(first).size).toBeLessThan(first.length);
    const { meanRanks, ranks, order } = rankCandidates({ first, second });
    expect(worstDifference(meanRanks, golden.meanRanks)).toBe(0);
    expect(ranks.first!.reduce((a, b) => a + b)).toBe(36);
    expect(order.map((candidate) => meanRanks[candidate])).toEqual(
      [...golden.meanRanks].sort((a, b) => a - b),
    );
  });

  it("do not depend on a validator's scale, and equals stay in their order", () => {
    const scaled = { first: first.map((score) => 100 * score - 7), second };
    expect(rankCandidates(scaled)).toEqual(rankCandidates({ first, second }));
    expect(rankCandidates({ a: [1, 1, 1] })).toMatchObject({ order: [0, 1, 2] });
    expect([...rankCandidates({ a: [1, 1, 1] }).meanRanks]).toEqual([2, 2, 2]);
  });

  it("refuse NaN, lists of several lengths and no validator", () => {
    expect(() => rankCandidates({ a: [1, Number.NaN] })).toThrow(/scores by a is NaN/);
    expect(() => rankCandidates({ a: [1, 2], b: [1] })).toThrow(/1 scores by b, not 2/);
    expect(() => rankCandidates({})).toThrow(/No validator/);
  });
});

describe("the bootstrap", () => {
  const rows = 60;
  const tableOf = (lean: number): Matrix => {
    const noise = formulaValues(`lean ${lean}`, rows, -0.2, 0.2);
    const data = Float64Array.from({ length: rows * 2 }, (_, at) => {
      const own = 0.5 + lean + noise[Math.floor(at / 2)]!;
      const isFirst = (at % 2 === 0) === (Math.floor(at / 2) % 2 === 0);
      return isFirst ? own : 1 - own;
    });
    return { rows, columns: 2, data };
  };
  const validators = { entropy: entropyScore, information: informationScore };
  const scorer = (lean: number) => rowScorer(tableOf(lean), validators);

  it("is sure of a candidate that is better, of one that is worse, and of none against itself", () => {
    const [weak, strong] = [scorer(0.05), scorer(0.28)];
    expect(bootstrapWins({ candidate: strong, reference: weak, rows })).toEqual({
      wins: 1,
      byValidator: { entropy: 1, information: 1 },
    });
    expect(bootstrapWins({ candidate: weak, reference: strong, rows }).wins).toBe(0);
    expect(bootstrapWins({ candidate: weak, reference: weak, rows })).toEqual({
      wins: 0.5,
      byValidator: { entropy: 0.5, information: 0.5 },
    });
  });

  it("counts as the distribution does: the mean of 0 and 1 rows, half above its middle", () => {
    const coin: Parameters<typeof bootstrapWins>[0]["candidate"] = (drawn) => ({
      mean: drawn.reduce((sum, row) => sum + (row % 2), 0),
    });
    const half = { candidate: coin, reference: () => ({ mean: 30 }), rows, resamples: 2000 };
    expect(Math.abs(bootstrapWins(half).wins - 0.5)).toBeLessThan(0.03);
    // A sum of 60 fair draws is 35 and more with a chance of 0.1225: a binomial's upper tail.
    const high = bootstrapWins({ ...half, reference: () => ({ mean: 34.5 }) }).wins;
    expect(Math.abs(high - 0.1225)).toBeLessThan(0.025);
  });

  it("draws the same rows for the same seed, within the rows there are", () => {
    const drawn: number[][] = [];
    const spy = (taken: Uint32Array) => {
      drawn.push([...taken]);
      return { a: 0 };
    };
    for (const seed of [1, 1, 2]) {
      bootstrapWins({ candidate: spy, reference: spy, rows: 9, resamples: 1, seed });
    }
    expect(drawn[0]).toEqual(drawn[1]);
    expect(drawn[0]).toEqual(drawn[2]);
    expect(drawn[0]).not.toEqual(drawn[4]);
    expect(drawn.flat().every((row) => row >= 0 && row < 9)).toBe(true);
  });

  it("refuses NaN, validators that only one has, and no rows", () => {
    const score = (value: number) => () => ({ a: value });
    expect(() =>
      bootstrapWins({ candidate: score(Number.NaN), reference: score(1), rows }),
    ).toThrow(/NaN and 1 by a/);
    expect(() => bootstrapWins({ candidate: score(1), reference: () => ({}), rows })).toThrow(
      /undefined by a/,
    );
    expect(() => bootstrapWins({ candidate: score(1), reference: score(1), rows: 0 })).toThrow(
      /0 rows/,
    );
  });
});

describe("the quality of a validator", () => {
  it("is SciPy's correlation with the truth, and what its choice costs", () => {
    const { spearman, pearson } = validatorQuality(first, second);
    expect(spearman).toBeCloseTo(golden.spearman, 12);
    expect(pearson).toBeCloseTo(golden.pearson, 12);
    expect(validatorQuality([1, 3, 2], [0.5, 0.75, 1])).toMatchObject({ chosen: 1, regret: 0.25 });
    expect(validatorQuality([1, 1], [0.5, 0.75]).spearman).toBeNaN();
    expect(() => validatorQuality([1], [1, 2])).toThrow(/2 accuracies, not 1/);
  });
});
