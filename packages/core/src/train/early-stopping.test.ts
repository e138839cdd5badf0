import "@tensorflow/tfjs-backend-cpu";
import { expect, test } from "vitest";
import { leakedTensors } from "../testing/leaks.js";
import {
  ofType,
  type TrainRun,
  type TrainRunOptions,
  timeless,
  trainRun,
} from "../testing/train-run.js";
import { type EarlyStoppingOptions, earlyStopping } from "./early-stopping.js";

/** The epochs after which a value was the best, and the one after which it stopped. */
function follow(options: Omit<EarlyStoppingOptions, "metric">, values: readonly number[]) {
  const { start, next } = earlyStopping({ metric: "any", ...options });
  const bests: number[] = [];
  let state = start;
  for (const [i, value] of values.entries()) {
    state = next(JSON.parse(JSON.stringify(state)), { epoch: i + 1, step: 10 * (i + 1), value });
    if (state.waited === 0) bests.push(i + 1);
    if (state.stopped) return { bests, stopped: i + 1, state };
  }
  return { bests, stopped: undefined, state };
}

test("it waits for something better, by as much as is asked", () => {
  const values = [0.5, 0.6, 0.55, 0.6, 0.61, 0.6, Number.NaN, 0.6, 0.7];
  expect(follow({ mode: "max", patience: 2 }, values)).toEqual({
    bests: [1, 2, 5],
    stopped: 8,
    state: { best: 0.61, bestEpoch: 5, bestStep: 50, waited: 3, stopped: true },
  });
  expect(follow({ mode: "max", patience: 3 }, values).bests).toEqual([1, 2, 5, 9]);
  expect(follow({ mode: "max", patience: 3, minDelta: 0.05 }, values)).toMatchObject({
    bests: [1, 2],
    stopped: 6,
  });
  expect(follow({ mode: "min", patience: 0 }, [3, 2, 2, 1])).toMatchObject({ stopped: 3 });
  expect(follow({ mode: "min" }, [Number.NaN, 2, 1]).bests).toEqual([2, 3]);
  expect(() => earlyStopping({ metric: "any", mode: "max", patience: 0.5 })).toThrow(
    /waits 0.5 epochs/,
  );
});

/** Epochs 1 to 6; the third is the best, and five ends it. */
const script = [1, 2, 4, 3, 3.5, 9];
const options: TrainRunOptions = {
  epochs: 6,
  evaluate: async ({ epoch }) => ({ score: script[epoch - 1]! }),
  earlyStopping: { metric: "score", mode: "max", patience: 1 },
};

test("a run stops, and ends with the best epoch's weights", async () => {
  const runs: TrainRun[] = [];
  expect(await leakedTensors(async () => runs.push(await trainRun(options)))).toBe(0);
  const [run] = runs as [TrainRun];
  expect(run.error).toBeUndefined();
  const tail = run.events.slice(-4).map(({ type }) => type);
  expect(tail).toEqual(["stopped-early", "checkpoint-saved", "best-restored", "train-end"]);
  expect(run.events.at(-4)).toMatchObject({ epoch: 5, step: 30, metric: "score", waited: 2 });
  expect(run.events.at(-2)).toMatchObject({ epoch: 3, step: 18, metric: "score", value: 4 });
  expect(run.weights).toEqual(run.checkpoints[2]?.snapshot.weights);
  expect(run.weights).not.toEqual(run.checkpoints[4]?.snapshot.weights);
});

test("cut anywhere, it stops at the same epoch with the same weights", async () => {
  const whole = await trainRun({ ...options, everySteps: 4 });
  const saved = whole.events.flatMap(({ type }, i) => (type === "checkpoint-saved" ? [i] : []));
  for (const [i, checkpoint] of whole.checkpoints.entries()) {
    if (i % 3 !== 1 && i < whole.checkpoints.length - 1) continue;
    const rest = await trainRun({ ...options, everySteps: 4, resume: checkpoint });
    expect(rest.bits).toEqual(whole.bits);
    expect(timeless(rest.events.slice(1))).toEqual(timeless(whole.events.slice(saved[i]! + 1)));
  }
});

test("a metric that is not there is told with those that are", async () => {
  const { error } = await trainRun({ ...options, evaluate: async () => ({ loss: 1, f1: 2 }) });
  expect(String(error)).toContain('gives no metric "score"; it gives loss, f1.');
});

test("a plateau lowers the rate, and a run that goes on knows it", async () => {
  const lowered: TrainRunOptions = {
    epochs: 4,
    evaluate: async () => ({ score: 1 }),
    plateau: { metric: "score", mode: "max", factor: 0.5, patience: 1 },
    rate: 0.01,
  };
  const whole = await trainRun(lowered);
  expect(ofType(whole.events, "rate-lowered")).toEqual([
    { type: "rate-lowered", epoch: 3, step: 18, rateFactor: 0.5, rate: 0.005 },
  ]);
  const rates = ofType(whole.events, "step-end").map(({ rate }) => rate);
  expect([rates[17], rates[18]]).toEqual([0.01, 0.005]);
  for (const resume of whole.checkpoints) {
    expect((await trainRun({ ...lowered, resume })).bits).toEqual(whole.bits);
  }
  expect((await trainRun({ ...lowered, plateau: { metric: "score" } })).bits).not.toEqual(
    whole.bits,
  );
});
