import { expect, test } from "vitest";
import { random } from "../samplers/random.js";
import { float, space } from "../space/build.js";
import type { FinishedTrial } from "../trial.js";
import { halvingRounds, type RoundsResult } from "./rounds.js";
import { trialsOfRounds } from "./trials-of-rounds.js";

const made = (number: number, value: number, steps: readonly number[]): FinishedTrial => ({
  ...{ number, params: { x: number }, state: "complete", values: [value] },
  reports: steps.map((step) => ({ step, value })),
});
const failed: FinishedTrial = {
  ...{ number: 3, params: { x: 3 }, state: "failed", values: [], reports: [] },
  reason: "no such layer",
};
const rounds = [
  {
    ...{ resource: 2, origins: [] },
    trials: [made(0, 5, [1, 2]), made(1, 4, [1, 2]), made(2, 3, [1, 2]), failed],
  },
  { resource: 4, origins: [2, 1], trials: [made(1, 2, [3, 4]), made(2, 2.5, [3, 4])] },
  { resource: 5, origins: [1], trials: [made(1, 1, [5])] },
];

test("each trial once, with the reports of all rounds and what became of it", () => {
  expect(trialsOfRounds(rounds, { maxResource: 5 })).toEqual([
    {
      ...{ ...made(0, 5, [1, 2]), state: "pruned", values: [] },
      reason: "2 of 4 trials went on from 2, and others were better",
    },
    {
      ...made(1, 1, []),
      reports: [4, 4, 2, 2, 1].map((value, at) => ({ step: at + 1, value })),
    },
    {
      ...{ ...made(2, 2.5, []), state: "pruned", values: [] },
      reports: [3, 3, 2.5, 2.5].map((value, at) => ({ step: at + 1, value })),
      reason: "1 of 2 trials went on from 4, and others were better",
    },
    failed,
  ]);
});

test("while rounds go on, what may still do so only stands where it is", () => {
  const [first, second] = rounds;
  const told = trialsOfRounds([first!, { ...second!, trials: [] }], { maxResource: 5 });
  expect(told.map(({ state }) => state)).toEqual(["pruned", "pruned", "pruned", "failed"]);
  expect(told.map(({ reason }) => reason)).toEqual([
    "2 of 4 trials went on from 2, and others were better",
    ...Array(2).fill("it stands at 2"),
    "no such layer",
  ]);
});

test("of a search: all its trials, those of the last round complete, the best with its value", async () => {
  const running = halvingRounds({
    space: space({ x: float({ min: 0, max: 1 }) }),
    ...{ sampler: random(), seed: 3, trials: 9, maxResource: 4, window: 2 },
    objective: async ({ x }, { report, begun, resource }) => {
      for (let step = begun + 1; step <= resource; step++) await report({ step, value: x / step });
      return x / resource;
    },
  });
  let next = await running.next();
  while (!next.done) next = await running.next();
  const result: RoundsResult = next.value;
  const trials = trialsOfRounds(result.rounds, { maxResource: 4 });
  expect(trials.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  const complete = trials.filter(({ state }) => state === "complete");
  expect(complete).toHaveLength(2);
  const best = complete.find(({ number }) => number === result.best!.origin)!;
  expect(best.values).toEqual([result.best!.value]);
  expect(best.reports.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
  expect(trials.map(({ reports }) => reports.length).toSorted()).toEqual([
    1, 1, 1, 1, 1, 2, 2, 4, 4,
  ]);
});
