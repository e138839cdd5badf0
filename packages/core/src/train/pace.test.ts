import { expect, test } from "vitest";
import { createPace } from "./pace.js";

test("speed is of the last step, the time left of the typical one", () => {
  let now = 0;
  const pace = createPace(() => now);
  now = 500;
  expect(pace.tick({ samples: 8, stepsLeft: 10 })).toEqual({
    samplesPerSecond: 16,
    secondsLeft: 5,
  });
  now = 2500;
  const { samplesPerSecond, secondsLeft } = pace.tick({ samples: 8, stepsLeft: 10 });
  expect(samplesPerSecond).toBe(4);
  expect(secondsLeft).toBeCloseTo(6.5, 12);
  expect(pace.seconds()).toBe(2.5);
});
