import fc from "fast-check";
import { expect, test } from "vitest";
import type { Pruner } from "../pruner.js";
import { median } from "../pruners/median.js";
import { randomOf } from "../random.js";
import { random } from "../samplers/random.js";
import type { SearchResult } from "../search/events.js";
import { search } from "../search/search.js";
import { float, space } from "../space/build.js";
import type { FinishedTrial, Report } from "../trial.js";
import { foldScores } from "./fold-scores.js";
import { folds } from "./folds.js";
import { racing } from "./racing.js";
import { studentAbove } from "./student.js";

const searched = space({ x: float({ min: 0, max: 1 }) });
const finite = fc.double({ min: -1e3, max: 1e3, noNaN: true });

/** Folds differ from one another more than candidates do. */
const score = (x: number, fold: number): number => {
  const noise = randomOf({ seed: Math.floor(1e6 * x), number: fold, site: "test" }).normal();
  return x ** 2 + 3 * Math.sin(fold) + 0.02 * noise;
};

async function run(pruner?: Pruner, workers = 1) {
  let [result, calls]: [SearchResult | undefined, number] = [undefined, 0];
  const objective = folds<{ readonly x: number }>({
    count: 5,
    score: ({ x }, { fold, count }) => {
      expect(count).toBe(5);
      calls++;
      return score(x, fold);
    },
  });
  const options = { space: searched, sampler: random(), objective, trials: 60, seed: 2, workers };
  for await (const event of search({ ...options, ...(pruner && { pruner }) })) {
    if (event.type === "search-end") result = event;
  }
  return { trials: result!.trials, best: result!.best!, calls };
}

test("a trial's value is the mean of its folds, and their scores are kept", async () => {
  const { trials, calls } = await run();
  expect(calls).toBe(300);
  for (const trial of trials) {
    const scores = [0, 1, 2, 3, 4].map((fold) => score(Number(trial.params.x), fold));
    const mean = scores.reduce((sum, each) => sum + each, 0) / 5;
    expect(trial.values[0]).toBeCloseTo(mean, 12);
    const kept = foldScores(trial)!;
    for (const [at, each] of kept.scores.entries()) expect(each).toBeCloseTo(scores[at]!, 12);
    const squares = scores.reduce((sum, each) => sum + (each - mean) ** 2, 0);
    expect(kept.deviation).toBeCloseTo(Math.sqrt(squares / 4), 12);
  }
});

test("whatever the scores, they come back from the means that were reported", () => {
  fc.assert(
    fc.property(fc.array(finite, { minLength: 1, maxLength: 20 }), (scores) => {
      let sum = 0;
      const reports = scores.map((each, at) => {
        sum += each;
        return { step: at + 1, value: sum / (at + 1) };
      });
      const kept = foldScores({ reports })!;
      expect(kept.scores).toHaveLength(scores.length);
      for (const [at, each] of kept.scores.entries()) expect(each).toBeCloseTo(scores[at]!, 8);
    }),
  );
  expect(foldScores({ reports: [] })).toBeUndefined();
  expect(foldScores({ reports: [{ step: 2, value: 1 }] })).toBeUndefined();
  expect(foldScores({ reports: [{ step: 1, value: 4 }] })).toEqual({ scores: [4], mean: 4 });
});

test.each([
  ["the median rule", () => median({ startup: 3 })],
  ["racing", () => racing()],
])(
  "%s discards early, finds the same best, and decides alike with any workers",
  async (_, make) => {
    const [all, pruned, four] = [await run(), await run(make()), await run(make(), 4)];
    expect(four.trials).toEqual(pruned.trials);
    expect(pruned.best).toEqual(all.best);
    expect(pruned.calls).toBeLessThan(0.85 * all.calls);
  },
);

test("the part above t is scipy's", () => {
  // scipy.stats.t.sf(t, freedom)
  const known = [
    [0.7, 1, 0.3055998877857853],
    [2.3, 2, 0.07407407407407407],
    [-1.1, 3, 0.8241584025326745],
    [4.5, 4, 0.0054112752313041235],
    [2.02, 9, 0.03706099905311974],
    [1.8, 10, 0.051026121567339516],
  ] as const;
  for (const [t, freedom, above] of known) expect(studentAbove(t, freedom)).toBeCloseTo(above, 12);
});

const trialOf = (scores: readonly number[]): FinishedTrial => {
  let sum = 0;
  const reports = scores.map((each, at): Report => {
    sum += each;
    return { step: at + 1, value: sum / (at + 1) };
  });
  return { number: 0, params: {}, state: "complete", values: [reports.at(-1)!.value], reports };
};

test("racing: nobody better is stopped, turning signs round changes nothing, nor does what folds share", () => {
  const five = fc.array(finite, { minLength: 5, maxLength: 5 });
  fc.assert(
    fc.property(five, five, five, (best, own, shared) => {
      const race = (a: readonly number[], b: readonly number[], sign: 1 | -1) =>
        racing().prune({
          trial: { number: 1, params: {} },
          reports: trialOf(b.map((each) => sign * each)).reports,
          direction: sign === 1 ? "minimize" : "maximize",
          seed: 0,
          history: [trialOf(a.map((each) => sign * each))],
        });
      const verdict = race(best, own, 1);
      const mean = (some: readonly number[]) => some.reduce((sum, each) => sum + each, 0);
      if (mean(own) < mean(best)) expect(verdict).toBeUndefined();
      expect(race(best, own, -1)).toBe(verdict);
      const level = (reason: string | undefined) => reason === undefined;
      const add = (some: readonly number[]) =>
        some.map((each, at) => each + Math.round(shared[at]!));
      const whole = (some: readonly number[]) => some.map(Math.round);
      const both = [whole(best), whole(own)] as const;
      expect(level(race(add(both[0]), add(both[1]), 1))).toBe(level(race(both[0], both[1], 1)));
    }),
  );
});

test("a difference that is the same in every fold is enough, and before three folds nothing is", () => {
  const judged = (scores: readonly number[]) => ({
    trial: { number: 1, params: {} },
    reports: trialOf(scores).reports,
    direction: "minimize" as const,
    seed: 0,
    history: [trialOf([1, 5, 2, 8])],
  });
  expect(racing().prune(judged([2, 6, 3]))).toBe(
    "worse than trial 0 by 1.00 a fold on the same 3 folds (p 0.0)",
  );
  expect(racing().prune(judged([2, 6]))).toBeUndefined();
  expect(racing().prune(judged([1, 5, 2]))).toBeUndefined();
});

test.each([
  ["count", () => folds({ count: 1, score: () => 0 }), "count is 1."],
  ["minFolds", () => racing({ minFolds: 1 }), "minFolds is 1."],
  ["level", () => racing({ level: 0.6 }), "level is 0.6."],
])("%s out of range is told by name", (_, make, message) => {
  expect(make).toThrow(message);
});
