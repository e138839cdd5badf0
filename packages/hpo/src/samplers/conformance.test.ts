import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Asked, Sampler } from "../sampler.js";
import { choice, float, int, space, when } from "../space/build.js";
import type { Params } from "../space/parameter.js";
import { problemOf } from "../space/params.js";
import type { Space } from "../space/space.js";
import type { FinishedTrial, Suggested, TrialState } from "../trial.js";
import { cmaEs } from "./cma-es.js";
import { gaussianProcess } from "./gaussian-process.js";
import { grid } from "./grid.js";
import { quasiRandom } from "./quasi-random.js";
import { random } from "./random.js";
import { tpe } from "./tpe.js";

const SAMPLERS: Readonly<Record<string, () => Sampler>> = {
  grid: () => grid({ points: 3 }),
  random,
  "quasi-random": quasiRandom,
  tpe: () => tpe({ startup: 4 }),
  "cma-es": () => cmaEs(),
  "gaussian-process": () => gaussianProcess({ startup: 3, candidates: 40 }),
};

const SPACES: Readonly<Record<string, Space>> = {
  numbers: space({ x: float({ min: -1, max: 3 }), y: float({ min: 1e-5, max: 1, log: true }) }),
  steps: space({
    half: float({ min: 0, max: 2, step: 0.5 }),
    even: int({ min: 2, max: 8, step: 2 }),
    power: int({ min: 1, max: 512, log: true }),
    fixed: float({ min: 2, max: 2 }),
  }),
  branches: space(
    {
      rate: float({ min: 1e-4, max: 1, log: true }),
      kind: choice(["a", "b", null]),
      depth: int({ min: 1, max: 4 }),
      drop: when({ depth: [2, 3] }, float({ min: 0, max: 0.5 })),
      deep: when({ kind: "b", depth: [3, 4] }, choice([true, false])),
    },
    { constraints: [({ rate, depth }) => rate < 0.5 || depth < 4] },
  ),
};

/** A history of what a sampler has suggested itself, some of it failed or pruned. */
function trialsOf(sampler: Sampler, asked: Pick<Asked, "space" | "seed">, count: number) {
  const history: FinishedTrial[] = [];
  for (let number = 0; number < count; number++) {
    const params = sampler.suggest({
      ...asked,
      directions: ["minimize"],
      number,
      history,
      pending: [],
    });
    if (!params) break;
    history.push(finished({ number, params }));
  }
  return history;
}

function finished({ number, params }: Suggested): FinishedTrial {
  const state: TrialState = number % 7 === 5 ? "failed" : number % 7 === 6 ? "pruned" : "complete";
  const value = Object.values(params).reduce<number>(
    (sum, each) => sum + Number(each) ** 2 || 0,
    0,
  );
  const reports = [1, 2].map((step) => ({ step, value: value + step }));
  return { number, params, state, values: state === "complete" ? [value] : [], reports };
}

describe.each(Object.keys(SAMPLERS))("%s", (name) => {
  test.each(Object.keys(SPACES))("every suggestion is of the space: %s", (spaceName) => {
    const own = SPACES[spaceName]!;
    for (const seed of [0, 1]) {
      const history = trialsOf(SAMPLERS[name]!(), { space: own, seed }, 30);
      expect(history.length).toBeGreaterThan(8);
      for (const { params } of history) expect(problemOf(own, params)).toBeUndefined();
    }
  });

  test.each(Object.keys(SPACES))("answers the same whatever was asked before: %s", (spaceName) => {
    const own = SPACES[spaceName]!;
    const history = trialsOf(SAMPLERS[name]!(), { space: own, seed: 3 }, 22);
    const asked = (trials: readonly FinishedTrial[], copy: boolean): Asked => ({
      space: copy ? { ...own } : own,
      directions: ["minimize"],
      number: 24,
      seed: 3,
      history: copy ? structuredClone(trials) : trials,
      pending: trialsOf(random(), { space: own, seed: 9 }, 2),
    });
    const sampler = SAMPLERS[name]!();
    const first = sampler.suggest(asked(history, false));
    sampler.suggest({ ...asked(history.slice(0, 9), false), number: 10, pending: [] });
    expect(sampler.suggest(asked(history, false))).toEqual(first);
    // Nothing is remembered that a new process would not find.
    expect(SAMPLERS[name]!().suggest(asked(history, true))).toEqual(first);
  });

  test("a history is left as it was", () => {
    const own = SPACES.branches!;
    const history = trialsOf(SAMPLERS[name]!(), { space: own, seed: 1 }, 15);
    const before = structuredClone(history);
    SAMPLERS[name]!().suggest({
      space: own,
      directions: ["maximize"],
      number: 15,
      seed: 1,
      history,
      pending: [],
    });
    expect(history).toEqual(before);
  });

  test("suggests for any history and any seed", () => {
    const own = SPACES.branches!;
    const arbitrary = fc.record({
      seed: fc.integer(),
      values: fc.array(
        fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(0)),
        {
          maxLength: 14,
        },
      ),
    });
    fc.assert(
      fc.property(arbitrary, ({ seed, values }) => {
        const pool = trialsOf(random(), { space: own, seed }, values.length);
        const history = pool.map(
          (trial, at): FinishedTrial =>
            trial.state === "complete" ? { ...trial, values: [values[at]!] } : trial,
        );
        const params: Params | undefined = SAMPLERS[name]!().suggest({
          space: own,
          directions: ["maximize"],
          number: values.length,
          seed,
          history,
          pending: [],
        });
        expect(params && problemOf(own, params)).toBeUndefined();
        expect(params).toBeDefined();
      }),
      { numRuns: 25 },
    );
  });
});
