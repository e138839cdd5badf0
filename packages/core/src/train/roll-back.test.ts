import "@tensorflow/tfjs-backend-cpu";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { GraftError, isGraftError } from "../errors.js";
import { latestCheckpoint, saveCheckpoint } from "../node/checkpoints.js";
import { sgd } from "../optim/sgd.js";
import type { Program } from "../program.js";
import { leakedTensors } from "../testing/leaks.js";
import {
  ofType,
  type TrainRun,
  type TrainRunOptions,
  timeless,
  trainRun,
} from "../testing/train-run.js";
import type { TrainCheckpoint } from "./train-options.js";

/** A valley around what the batch says: descent at a rate above 2 leaves it, ever faster. */
const valley: Program = {
  key: "test-valley",
  config: null,
  run({ params, batch }) {
    const place = tf.mul(tf.mean(tf.cast(batch.labels!, "float32")), 0.1);
    const gap = tf.sub(params["head.bias"]!, tf.sub(place, 1));
    return { loss: tf.mul(tf.sum(tf.square(gap)), 0.5) as tf.Scalar };
  },
};

/** Well at first, too fast from step 8; at half that rate all is well. */
const options: TrainRunOptions = {
  program: valley,
  epochs: 6,
  rate: (step) => (step < 8 ? 0.1 : 2.5),
  optimizer: (learningRate) => sgd({ learningRate }),
  divergence: {},
};

test("a loss that explodes goes back to the last good place, at half the rate", async () => {
  const runs: TrainRun[] = [];
  expect(await leakedTensors(async () => runs.push(await trainRun(options)))).toBe(0);
  const [run] = runs as [TrainRun];
  expect(run.error).toBeUndefined();
  const [rolled, ...more] = ofType(run.events, "rolled-back");
  expect(more).toEqual([]);
  expect(rolled).toMatchObject({ to: 12, rateFactor: 0.5, rate: 1.25, attempt: 1, tries: 4 });
  expect(rolled!.step).toBeGreaterThan(12);
  expect(rolled!.reason).toMatch(/^The loss exploded at step \d+: it is many times the/);
  const steps = ofType(run.events, "step-end");
  const after = steps.slice(steps.findIndex(({ step }) => step === rolled!.step) + 1);
  expect(after[0]).toMatchObject({ step: 13, rate: 1.25 });
  expect(after.at(-1)).toMatchObject({ step: 36, rate: 1.25 });
  expect(after.at(-1)!.loss).toBeLessThan(steps[0]!.loss / 10);
  expect(JSON.parse(JSON.stringify(run.events))).toEqual(run.events);
});

test.each([
  ["at steps", { everySteps: 2 }, { everySteps: 2 }],
  // The clock saves after every step, and has no say in where a run goes back to.
  ["by the clock", { everySeconds: 0 }, {}],
] as const)("saved %s and cut anywhere, the same bytes", async (_, saving, plain) => {
  const whole = await trainRun({ ...options, ...saving });
  expect(whole.error).toBeUndefined();
  expect((await trainRun({ ...options, ...plain })).bits).toEqual(whole.bits);
  const saved = whole.events.flatMap(({ type }, i) => (type === "checkpoint-saved" ? [i] : []));
  const rolled = whole.events.findIndex(({ type }) => type === "rolled-back");
  const last = saved.findLastIndex((i) => i < rolled);
  // The loss runs away already there, so it is saved, but not to go back to.
  const { step, rollback } = whole.checkpoints[last]!;
  expect(step).toBeGreaterThan(12);
  expect(rollback?.step).toBe(12);
  for (const i of [1, last - 1, last, last + 1, saved.length - 2]) {
    const rest = await trainRun({ ...options, ...saving, resume: whole.checkpoints[i]! });
    expect(rest.bits).toEqual(whole.bits);
    expect(timeless(rest.events.slice(1))).toEqual(timeless(whole.events.slice(saved[i]! + 1)));
  }
});

test("stopped right after it went back, it goes on from there at the lower rate", async () => {
  const whole = await trainRun(options);
  const cut = await trainRun({ ...options, stopAfter: ({ type }) => type === "rolled-back" });
  expect(isGraftError(cut.error, "aborted")).toBe(true);
  const { divergence, step } = cut.checkpoints.at(-1)!;
  expect([divergence?.tries, divergence?.rateFactor, step]).toEqual([1, 0.5, 12]);
  const rest = await trainRun({ ...options, resume: cut.checkpoints.at(-1)! });
  expect(rest.bits).toEqual(whole.bits);
});

test("killed at any moment around going back, again and again, it goes on from its files to the same bytes", async () => {
  const folder = await mkdtemp(join(tmpdir(), "graft-roll-back-"));
  const save = async (checkpoint: TrainCheckpoint) =>
    void (await saveCheckpoint(folder, checkpoint, { keep: 1 }));
  const saving = { ...options, checkpoint: { everySteps: 2, everySeconds: 0, save } };
  const whole = await trainRun(saving);
  const rolled = whole.events.findIndex(({ type }) => type === "rolled-back");
  await rm(folder, { recursive: true });
  // Up to the explosion, then a little further each time: through it, back, and past it.
  let told: unknown[] = [];
  for (const killAfter of [rolled - 3, 1, 2, 3, 4, 5, 6, 7, 9, undefined]) {
    const found = await latestCheckpoint(folder);
    const part = await trainRun({
      ...saving,
      ...(killAfter === undefined ? {} : { killAfter }),
      ...(found ? { resume: found.checkpoint } : {}),
    });
    expect(part.error).toBeUndefined();
    const { step, attempt } = savedAt(found?.checkpoint);
    const upTo = told.findLastIndex((event) => same(event, { type: "checkpoint-saved", step }));
    told = [...told.slice(0, upTo + 1), ...timeless(part.events)];
    expect(attempt).toBeLessThanOrEqual(1);
    if (killAfter === undefined) expect(part.bits).toEqual(whole.bits);
  }
  const started = (event: unknown) => same(event, { type: "train-start" });
  expect(told.filter((event) => !started(event))).toEqual(timeless(whole.events.slice(1)));
  await rm(folder, { recursive: true });
});

const savedAt = (checkpoint?: TrainCheckpoint) => ({
  step: checkpoint?.step ?? -1,
  attempt: checkpoint?.divergence?.tries ?? 0,
});

const same = (event: unknown, like: object): boolean =>
  Object.entries(like).every(([key, value]) => (event as Record<string, unknown>)[key] === value);

test("a loss that isn't finite goes back too, and after so many tries the run gives up", async () => {
  const hopeless = await trainRun({
    ...options,
    rate: (step) => (step < 8 ? 0.1 : 1e38),
    divergence: { factor: 0.1, tries: 2 },
  });
  const attempts = ofType(hopeless.events, "rolled-back");
  expect(attempts.map(({ attempt, to }) => [attempt, to])).toEqual([
    [1, 6],
    [2, 6],
  ]);
  expect(attempts[0]!.reason).toMatch(/nothing was changed/);
  expect(isGraftError(hopeless.error, "training-diverged")).toBe(true);
  expect(String(hopeless.error)).toMatch(
    /Training diverged 3 times, at last at 0\.01\d* of its learning rate, and was given up\. Start from/,
  );
  const { divergence: _, ...unguarded } = options;
  const bare = await trainRun({ ...unguarded, rate: 1e38 });
  expect(isGraftError(bare.error, "loss-not-finite")).toBe(true);
});

test("an evaluation that fails on weights that ran away goes back as well", async () => {
  let failed = 0;
  const run = await trainRun({
    evaluate: async ({ epoch }) => {
      if (epoch === 2 && failed++ === 0) {
        throw new GraftError("loss-not-finite", "The loss over 3 samples is NaN.");
      }
      return {};
    },
    divergence: {},
  });
  expect(run.error).toBeUndefined();
  expect(ofType(run.events, "rolled-back")).toMatchObject([{ step: 12, to: 6, attempt: 1 }]);
});

test("where no update was made since, another rate would meet the same loss: the error itself is told", async () => {
  const never: Program = {
    key: "test-never",
    config: null,
    run: ({ params }) => ({ loss: tf.mul(tf.sum(params["head.bias"]!), Number.NaN) as tf.Scalar }),
  };
  const run = await trainRun({ ...options, program: never });
  expect(isGraftError(run.error, "loss-not-finite")).toBe(true);
  expect(ofType(run.events, "rolled-back")).toEqual([]);
});
