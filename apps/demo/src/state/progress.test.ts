import { expect, it } from "vitest";
import type { TrainEvent } from "../studio/studio.js";
import { followEvent, start } from "./progress.js";

const left = { seconds: 7, atLeast: false };

const follow = (...events: readonly TrainEvent[]) => events.reduce(followEvent, start);

it("begins with nothing known", () => {
  expect(start.progress).toMatchObject({ doing: "Getting ready", share: undefined });
});

it("tells how many examples were looked at", () => {
  const { progress } = follow({ type: "features", of: "transfer", count: 10, total: 40 });
  expect(progress).toMatchObject({ doing: "Looking at your examples, 10 of 40", share: 0.25 });
});

it("tells the step, and the time left only while steps are made", () => {
  const step: TrainEvent = {
    ...{ type: "step", of: "transfer", step: 3, steps: 4, loss: 1, left },
  };
  expect(follow(step).progress).toEqual({
    of: "transfer",
    doing: "Learning, step 3 of 4",
    share: 0.75,
    left,
  });
  expect(follow(step, { type: "scoring", of: "transfer" }).progress).toMatchObject({
    share: undefined,
    left: undefined,
  });
});

it("keeps the share from one phase to the next, and begins again with the other network", () => {
  const step: TrainEvent = {
    ...{ type: "step", of: "transfer", step: 1, steps: 4, loss: 1, left },
  };
  const phase = (of: "transfer" | "scratch"): TrainEvent => ({
    type: "phase",
    of,
    name: "all",
    steps: 4,
  });
  expect(follow(step, phase("transfer")).progress.share).toBe(0.25);
  expect(follow(step, phase("scratch")).progress).toMatchObject({ of: "scratch", share: 0 });
});

it("keeps a point for each epoch of each network", () => {
  const epoch = (of: "transfer" | "scratch", number: number): TrainEvent => ({
    ...{ type: "epoch", of, phase: "head", epoch: number, epochs: 2, loss: 1 / number },
    ...{ validationLoss: undefined, accuracy: 0.5 },
  });
  const { curves } = follow(epoch("transfer", 1), epoch("transfer", 2), epoch("scratch", 1));
  expect(curves.map(({ of, epoch: number, loss }) => [of, number, loss])).toEqual([
    ["transfer", 1, 1],
    ["transfer", 2, 0.5],
    ["scratch", 1, 1],
  ]);
});
