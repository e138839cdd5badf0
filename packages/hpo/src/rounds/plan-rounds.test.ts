import { expect, test } from "vitest";
import { planRounds } from "./plan-rounds.js";

test("each round has the better part of the trials, one at least, so many times as far", () => {
  expect(planRounds({ trials: 24, minResource: 3, maxResource: 27 })).toEqual([
    { resource: 3, trials: 24 },
    { resource: 6, trials: 12 },
    { resource: 12, trials: 6 },
    { resource: 24, trials: 3 },
    { resource: 27, trials: 1 },
  ]);
  expect(planRounds({ trials: 2, maxResource: 9, reduction: 3 })).toEqual([
    { resource: 1, trials: 2 },
    { resource: 3, trials: 1 },
    { resource: 9, trials: 1 },
  ]);
  expect(planRounds({ trials: 5, minResource: 4, maxResource: 4 })).toEqual([
    { resource: 4, trials: 5 },
  ]);
  expect(() => planRounds({ trials: 1, maxResource: 0.5 })).toThrow("maxResource is 0.5.");
});
