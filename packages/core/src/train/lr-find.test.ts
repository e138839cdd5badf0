import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { createBatches } from "../data/batch.js";
import { createEagerEngine } from "../engine/eager.js";
import type { Session } from "../engine.js";
import { isGraftError } from "../errors.js";
import { adamw } from "../optim/adamw.js";
import type { Schedule } from "../optim/optimizer.js";
import { bitsOf } from "../testing/conformance/arrays.js";
import { convNet, mlp } from "../testing/conformance/programs.js";
import { leakedTensors } from "../testing/leaks.js";
import { movingSource } from "../testing/train-run.js";
import { type LrFindEvent, type LrFindOptions, lrFind } from "./lr-find.js";

const batches = createBatches(movingSource, { batchSize: 8, seed: 1 });

/** A session that has made three updates already. */
async function withSession<T>(
  use: (session: Session) => Promise<T>,
  rate: Schedule = 0.01,
): Promise<T> {
  const engine = await createEagerEngine({ backend: "cpu" });
  const optimizer = adamw({ learningRate: rate });
  const session = await engine.open({ weights: mlp.weights, optimizer, seed: 4 });
  try {
    for (let step = 0; step < 3; step++) await session.step(mlp.program, mlp.batch(8));
    return await use(session);
  } finally {
    await engine.close();
  }
}

async function find(session: Session, more: Partial<LrFindOptions> = {}): Promise<LrFindEvent[]> {
  const events: LrFindEvent[] = [];
  const options = { session, program: mlp.program, batches, rate: 0.01, from: 1e-5, ...more };
  for await (const event of lrFind(options)) events.push(event);
  return events;
}

test("rates grow by a factor until the loss takes off; a rate is suggested", async () => {
  const events = await withSession((session) => find(session, { to: 100, steps: 60 }));
  const end = events.at(-1);
  if (end?.type !== "lr-find-end") throw new Error("no end");
  const { curve, suggestion, reason } = end;
  expect(reason).toBe("diverged");
  expect(events.length - 1).toBe(curve.length);
  expect(curve.length).toBeLessThan(60);
  expect(curve[0]!.rate).toBeCloseTo(1e-5, 12);
  expect(curve[1]!.rate / curve[0]!.rate).toBeCloseTo(1e7 ** (1 / 59), 9);
  expect(curve[0]!.smoothed).toBeCloseTo(curve[0]!.loss, 12);
  const last = curve.at(-1)!;
  expect(last.smoothed).toBeGreaterThan(4 * Math.min(...curve.map(({ smoothed }) => smoothed)));
  expect(suggestion!.valley).toBeGreaterThan(1e-4);
  expect(suggestion!.valley).toBeLessThan(1);
  expect(suggestion!.steepest).toBeLessThan(last.rate);
  expect(JSON.parse(JSON.stringify(events))).toEqual(events);
});

test("its updates are those of an optimizer with these rates", async () => {
  const [first] = await withSession((session) => find(session, { from: 0.3, to: 0.6, steps: 2 }));
  const losses = await withSession(async (session) => {
    const events = await find(session, { from: 0.3, to: 0.6, steps: 2 });
    return events.flatMap((event) => (event.type === "lr-find-step" ? [event.loss] : []));
  });
  // As if the schedule had said so: rate 0.3 for the fourth update.
  const expected = await withSession(
    async (session) => {
      const seen: number[] = [];
      for await (const { batch } of batches.from(0)) {
        seen.push((await session.step(mlp.program, batch)).loss);
        if (seen.length === 2) return seen;
      }
      return seen;
    },
    (step) => (step < 3 ? 0.01 : 0.3),
  );
  expect(losses).toEqual(expected);
  expect(first).toMatchObject({ step: 1, steps: 2, rate: 0.3 });
});

test("afterwards every bit is as before, however it ends", async () => {
  const abort = new AbortController();
  const ends: Record<string, (session: Session) => Promise<unknown>> = {
    diverged: (session) => find(session, { to: 100, steps: 40 }),
    range: (session) => find(session, { to: 0.1, steps: 4 }),
    "not finite": (session) => find(session, { from: 1, to: 1e38, steps: 5, stopAt: 1e30 }),
    throws: (session) => find(session, { batches: broken }),
    "wrong program": (session) => find(session, { program: convNet.program }),
    aborted: (session) => find(session, { signal: abort.signal, batches: aborting(abort) }),
    "left early": async (session) => {
      const options = { session, program: mlp.program, batches, rate: 0.01 };
      for await (const event of lrFind(options)) {
        if (event.type === "lr-find-step" && event.step === 5) break;
      }
    },
  };
  for (const [name, end] of Object.entries(ends)) {
    let error: unknown;
    const leaked = await leakedTensors(() =>
      withSession(async (session) => {
        const before = bitsOf(await session.snapshot());
        await end(session).catch((caught: unknown) => {
          error = caught;
        });
        expect(bitsOf(await session.snapshot()), name).toEqual(before);
      }),
    );
    expect(leaked, name).toBe(0);
    const failing = ["throws", "wrong program", "aborted"].includes(name);
    expect(error !== undefined, name).toBe(failing);
    if (name === "aborted") expect(isGraftError(error, "aborted")).toBe(true);
  }
  expect(tf.memory().numTensors).toBe(0);
});

/** The third batch can't be read. */
const broken = createBatches(
  {
    size: 22,
    load: (indices, context) =>
      indices.includes(21)
        ? Promise.reject(new Error("unplugged"))
        : movingSource.load(indices, context),
  },
  { batchSize: 8, seed: 1 },
);

const aborting = (abort: AbortController) =>
  createBatches(
    {
      size: 22,
      load: (indices, context) => {
        if (indices.includes(21)) abort.abort();
        return movingSource.load(indices, context);
      },
    },
    { batchSize: 8, seed: 1 },
  );

test("rates that make no range, and an optimizer without a rate, are refused", async () => {
  await withSession(async (session) => {
    await expect(find(session, { from: 1, to: 0.1 })).rejects.toThrow(
      "The rates can't go from 1 to 0.1 in 100 steps",
    );
    await expect(find(session, { rate: 0 })).rejects.toThrow(/own learning rate is 0 at step 3/);
  });
});
