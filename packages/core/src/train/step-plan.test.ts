import fc from "fast-check";
import { expect, test } from "vitest";
import { planSteps } from "./step-plan.js";

test("every epoch takes each of its batches once, whatever the accumulation", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 12 }),
      (batches, group) => {
        const plan = planSteps({ batchesPerEpoch: batches, accumulate: group, epochs: 3 });
        expect(plan.steps).toBe(3 * plan.stepsPerEpoch);
        for (let step = 0; step < plan.steps; step++) {
          const taken = plan.batchesBefore(step + 1) - plan.batchesBefore(step);
          expect(taken).toBeGreaterThan(0);
          expect(taken).toBeLessThanOrEqual(group);
          expect(plan.epochAfter(step)).toBe(Math.floor(plan.batchesBefore(step) / batches) + 1);
          if (plan.endsEpoch(step)) expect(plan.batchesBefore(step) % batches).toBe(0);
        }
        expect(plan.batchesBefore(plan.steps)).toBe(3 * batches);
      },
    ),
  );
});

test("numbers that make no plan are refused by name", () => {
  const plan = { batchesPerEpoch: 3, accumulate: 1, epochs: 1 };
  expect(() => planSteps({ ...plan, accumulate: 0.5 })).toThrow('"accumulate" is 0.5');
  expect(() => planSteps({ ...plan, epochs: -1 })).toThrow('"epochs" is -1');
});
