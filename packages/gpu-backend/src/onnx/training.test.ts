import "@tensorflow/tfjs-backend-cpu";
import {
  adamw,
  arraySource,
  createBatches,
  decayToStart,
  type FloatWeights,
  lrFind,
  type Program,
  type Snapshot,
  withEma,
} from "@graft-ml/core";
import { type TrainRunOptions, trainRun, worstDifference } from "@graft-ml/core/testing";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { createNativeEngine } from "../node/engines.js";

const native: TrainRunOptions = {
  createEngine: () => createNativeEngine({ threads: 2 }),
  averaged: true,
  optimizer: (learningRate) =>
    withEma(decayToStart(adamw({ learningRate, weightDecay: 0.1 })), { decay: 0.9 }),
  evaluate: async ({ epoch }) => ({ score: epoch === 2 ? 1 : 0 }),
  earlyStopping: { metric: "score", mode: "max" },
  divergence: {},
  everySteps: 5,
};

test("means, decay towards the start and the best epoch: as eager, and to the same bytes when cut", async () => {
  const whole = await trainRun(native);
  expect(whole.error).toBeUndefined();
  for (const resume of whole.checkpoints.filter(({ step }) => [5, 12].includes(step))) {
    expect((await trainRun({ ...native, resume })).bits).toEqual(whole.bits);
  }
  const { createEngine: _, ...eager } = native;
  const expected = await trainRun(eager);
  for (const [name, { data }] of Object.entries(expected.weights)) {
    expect(worstDifference(whole.weights[name]!.data, data), name).toBeLessThan(1e-5);
  }
});

const weights: FloatWeights = {
  "fc.weight": { dtype: "float32", shape: [1, 4], data: Float32Array.of(0.5, -1, 2, 0.1) },
};
const program: Program = {
  key: "test-least-squares",
  config: null,
  run({ params, batch }) {
    const guess = tf.matMul(
      batch.x as tf.Tensor2D,
      params["fc.weight"] as tf.Tensor2D,
      false,
      true,
    );
    return { loss: tf.mean(tf.square(tf.sub(guess, batch.y!))) as tf.Scalar };
  },
};
const wave = (length: number, pace: number) =>
  Float32Array.from({ length }, (_, i) => Math.sin(i * pace));
const batches = createBatches(
  arraySource({
    x: { dtype: "float32", shape: [32, 4], data: wave(128, 1.3) },
    y: { dtype: "float32", shape: [32, 1], data: wave(32, 0.7) },
  }),
  { batchSize: 8, seed: 0 },
);

test("the range test compiles one program and leaves every bit as it was", async () => {
  const engine = await createNativeEngine({ threads: 2 });
  const optimizer = adamw({ learningRate: 1e-3 });
  const session = await engine.open({ weights, optimizer });
  const bits = ({ step, weights: w, optimizer: o }: Snapshot) => [
    step,
    ...[w, o!.state.mean!, o!.state.variance!].map((set) => [
      ...new Uint32Array(set["fc.weight"]!.data.slice().buffer),
    ]),
  ];
  try {
    await session.step(program, (await first())!);
    const before = bits(await session.snapshot());
    let last: string | undefined;
    for await (const event of lrFind({ session, program, batches, rate: 1e-3, to: 1e4 })) {
      last = event.type === "lr-find-end" ? event.reason : last;
    }
    expect(last).toBe("diverged");
    expect(bits(await session.snapshot())).toEqual(before);
    expect(session.memory().compiledPrograms).toBe(1);
  } finally {
    await engine.close();
  }
});

async function first() {
  for await (const { batch } of batches.from(0)) return batch;
  return undefined;
}
