import "@tensorflow/tfjs-backend-cpu";
import { expect, test } from "vitest";
import { adamw } from "../optim/adamw.js";
import { emaWeights, withEma } from "../optim/ema.js";
import { leakedTensors } from "../testing/leaks.js";
import { type TrainRun, type TrainRunOptions, trainRun } from "../testing/train-run.js";

const averaged: TrainRunOptions = {
  averaged: true,
  optimizer: (learningRate) => withEma(adamw({ learningRate }), { decay: 0.9 }),
  evaluate: async ({ epoch }) => ({ score: epoch === 2 ? 1 : 0 }),
};

test("a run ends with the running means, and trains the weights as without", async () => {
  const runs: TrainRun[] = [];
  expect(await leakedTensors(async () => runs.push(await trainRun(averaged)))).toBe(0);
  const [run] = runs as [TrainRun];
  const plain = await trainRun();
  const last = run.checkpoints.at(-1)!.snapshot;
  expect(last.weights).toEqual(plain.weights);
  expect(run.weights).toEqual(emaWeights(last));
  expect(run.weights).not.toEqual(plain.weights);
});

test("the best epoch's means are kept; cut anywhere, the same bytes", async () => {
  const options: TrainRunOptions = {
    ...averaged,
    earlyStopping: { metric: "score", mode: "max" },
    everySteps: 4,
  };
  const whole = await trainRun(options);
  const second = whole.checkpoints.find(({ step }) => step === 12)!;
  expect(whole.weights).toEqual(emaWeights(second.snapshot));
  for (const resume of whole.checkpoints.filter((_, i) => i % 2 === 1)) {
    expect((await trainRun({ ...options, resume })).bits).toEqual(whole.bits);
  }
});

test("without means to average, it does not begin", async () => {
  const { error, events } = await trainRun({ averaged: true });
  expect(String(error)).toContain('"adamw" keeps no running means');
  expect(events).toEqual([]);
});
