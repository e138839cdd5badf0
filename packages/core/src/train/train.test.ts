import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { createBatches } from "../data/batch.js";
import { createEagerEngine } from "../engine/eager.js";
import { isGraftError } from "../errors.js";
import { adamw } from "../optim/adamw.js";
import { mlp } from "../testing/conformance/programs.js";
import { leakedTensors } from "../testing/leaks.js";
import { movingSource, ofType, type TrainRun, timeless, trainRun } from "../testing/train-run.js";
import { train } from "./train.js";
import type { TrainEvent } from "./train-event.js";
import type { TrainOptions } from "./train-options.js";

test("events tell steps and epochs in order, with loss, rate and speed", async () => {
  const { events, checkpoints, error } = await trainRun({
    evaluate: async ({ epoch, step }) => ({ accuracy: epoch / 10, step }),
  });
  expect(error).toBeUndefined();
  const [start] = events;
  expect(start).toEqual({
    type: "train-start",
    epochs: 3,
    stepsPerEpoch: 6,
    steps: 18,
    startStep: 0,
  });
  const steps = ofType(events, "step-end");
  expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 18 }, (_, i) => i + 1));
  expect(steps.map(({ epoch }) => epoch)).toEqual([1, 2, 3].flatMap((n) => Array(6).fill(n)));
  expect(steps[1]?.rate).toBe(0.01);
  expect(steps[1]?.gradNorm).toBeGreaterThan(0);
  expect(steps[1]?.metrics.accuracy).toBeGreaterThanOrEqual(0);
  expect(steps[1]?.samplesPerSecond).toBeGreaterThan(0);
  expect(steps.at(-1)?.secondsLeft).toBe(0);
  const epochs = ofType(events, "epoch-end");
  expect(epochs.map(({ metrics }) => metrics)).toEqual([
    { accuracy: 0.1, step: 6 },
    { accuracy: 0.2, step: 12 },
    { accuracy: 0.3, step: 18 },
  ]);
  const mean = steps.slice(6, 12).reduce((sum, { loss }) => sum + loss, 0) / 6;
  expect(epochs[1]?.loss).toBeCloseTo(mean, 12);
  expect(checkpoints.map(({ step, metrics }) => [step, metrics.accuracy])).toEqual([
    [6, 0.1],
    [12, 0.2],
    [18, 0.3],
  ]);
  expect(events.at(-1)).toMatchObject({ type: "train-end", epochs: 3, step: 18 });
});

test.each([1, 2, 4])(
  "cut at any checkpoint, it goes on to the same bytes (accumulate %i)",
  async (accumulate) => {
    const evaluate = async ({ step }: { step: number }) => ({ step });
    const whole = await trainRun({ accumulate, everySteps: 1, evaluate });
    expect(whole.error).toBeUndefined();
    for (const from of whole.checkpoints.filter((_, i) => i % 4 === 1)) {
      const rest = await trainRun({ accumulate, everySteps: 1, evaluate, resume: from });
      expect(rest.bits).toEqual(whole.bits);
      const after = (events: readonly TrainEvent[]) =>
        timeless(events).filter(
          ({ step, type }) => type !== "train-start" && Number(step) > from.step,
        );
      expect(after(rest.events)).toEqual(after(whole.events));
    }
  },
);

test("an epoch's last update takes the batches that are left", async () => {
  const { events } = await trainRun({ accumulate: 4 });
  expect(events[0]).toMatchObject({ stepsPerEpoch: 2, steps: 6 });
  const epochs = ofType(events, "step-end").map(({ epoch }) => epoch);
  expect(epochs).toEqual([1, 1, 2, 2, 3, 3]);
});

const atStep8 = (event: TrainEvent) => event.type === "step-end" && event.step === 8;

test("an abort finishes the step, saves, and throws; the run resumes to the same bytes", async () => {
  const whole = await trainRun();
  const runs: TrainRun[] = [];
  expect(await leakedTensors(async () => runs.push(await trainRun({ stopAfter: atStep8 })))).toBe(
    0,
  );
  const cut = runs[0]!;
  expect(isGraftError(cut.error, "aborted")).toBe(true);
  expect(ofType(cut.events, "step-end").length).toBe(8);
  expect(cut.events.at(-1)).toEqual({ type: "checkpoint-saved", epoch: 2, step: 8 });
  expect((await trainRun({ resume: cut.checkpoints.at(-1)! })).bits).toEqual(whole.bits);
});

test("an abort while evaluating makes the evaluation again on resume", async () => {
  const whole = await trainRun({ evaluate: async () => ({ score: 1 }) });
  const abort = new AbortController();
  const cut = await trainRun({
    signal: abort.signal,
    evaluate: async ({ epoch }) => {
      if (epoch === 1) return { score: 1 };
      abort.abort();
      throw new Error("cut");
    },
  });
  expect(isGraftError(cut.error, "aborted")).toBe(true);
  const from = cut.checkpoints.at(-1)!;
  expect([from.step, from.epoch]).toEqual([12, 2]);
  const rest = await trainRun({ resume: from, evaluate: async () => ({ score: 1 }) });
  expect(timeless(ofType(rest.events, "epoch-end"))).toEqual(
    timeless(ofType(whole.events, "epoch-end")).slice(1),
  );
  expect(rest.bits).toEqual(whole.bits);
});

test("a finished run goes on to nothing, and zero seconds save after every step", async () => {
  const { checkpoints } = await trainRun({
    checkpoint: { everySeconds: 0, save: async () => {} },
  });
  expect(checkpoints).toEqual([]);
  const whole = await trainRun();
  const again = await trainRun({ resume: whole.checkpoints.at(-1)! });
  expect(again.events.map(({ type }) => type)).toEqual(["train-start", "train-end"]);
  expect(again.bits).toEqual(whole.bits);
  let saved = 0;
  await trainRun({ epochs: 1, checkpoint: { everySeconds: 0, save: async () => void saved++ } });
  expect(saved).toBe(6);
});

test("a loss that is not finite, a failing load and a failing save end the run with their error", async () => {
  const failing = async (options: Partial<TrainOptions>) => {
    let error: unknown;
    const leaked = await leakedTensors(async () => {
      ({ error } = await trainRun(options));
    });
    expect(leaked).toBe(0);
    return error;
  };
  const program = { ...mlp.program, run: explode };
  const exploded = await failing({ program });
  expect(isGraftError(exploded, "loss-not-finite")).toBe(true);
  expect(String(exploded)).toContain("at step 1; nothing was changed");
  const broken = { ...movingSource, load: () => Promise.reject(new Error("unplugged")) };
  const batches = createBatches(broken, { batchSize: 4, seed: 0 });
  expect(String(await failing({ batches }))).toBe("Error: unplugged");
  const save = () => Promise.reject(new Error("disk full"));
  expect(String(await failing({ checkpoint: { save } }))).toBe("Error: disk full");
  expect(String(await failing({ accumulate: 0 }))).toContain('"accumulate" is 0');
});

const explode: typeof mlp.program.run = (input) => {
  const { loss, ...rest } = mlp.program.run(input);
  return { ...rest, loss: tf.div(loss!, 0) };
};

test("a consumer that stops reading leaves nothing behind", async () => {
  const leaked = await leakedTensors(async () => {
    const engine = await createEagerEngine({ backend: "cpu" });
    const optimizer = adamw({ learningRate: 0.01 });
    const session = await engine.open({ weights: mlp.weights, optimizer });
    const batches = createBatches(movingSource, { batchSize: 4, seed: 2 });
    for await (const event of train({ session, program: mlp.program, batches, epochs: 3 })) {
      if (event.type === "step-end") break;
    }
    await engine.close();
  });
  expect(leaked).toBe(0);
});
