import "@tensorflow/tfjs-backend-cpu";
import {
  arraySource,
  type Batch,
  binaryCrossEntropy,
  createBatches,
  createEagerEngine,
  crossEntropy,
  type Engine,
  focalLoss,
  huber,
  linear,
  mixedBatches,
  mixSamples,
  type Program,
  sgd,
} from "@graft-ml/core";
import { formulaValues } from "@graft-ml/core/testing";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createNativeEngine } from "../node/engines.js";

let engines: Engine[];
beforeAll(async () => {
  engines = [await createEagerEngine({ backend: "cpu" }), await createNativeEngine({ threads: 2 })];
});
afterAll(async () => {
  for (const engine of engines) await engine.close();
});

const [SAMPLES, SIDE, CLASSES] = [8, 6, 3];
const size = SIDE * SIDE * 3;
const floats = (name: string, shape: readonly number[]) => ({
  dtype: "float32" as const,
  shape,
  data: formulaValues(
    name,
    shape.reduce((a, b) => a * b),
    -0.3,
    0.3,
  ),
});
const weights = { "fc.weight": floats("w", [CLASSES, size]), "fc.bias": floats("b", [CLASSES]) };
const source = arraySource({
  image: {
    dtype: "uint8",
    shape: [SAMPLES, SIDE, SIDE, 3],
    data: Uint8Array.from(formulaValues("pixels", SAMPLES * size, 0, 255.99)),
  },
  labels: { dtype: "int32", shape: [SAMPLES], data: Int32Array.of(0, 1, 2, 0, 1, 2, 0, 1) },
});

async function firstBatch(): Promise<Batch> {
  const batches = createBatches(source, { batchSize: SAMPLES, seed: 1 });
  for await (const { batch } of mixedBatches(batches, { mixup: 1, cutmix: 1, seed: 2 }).from(0)) {
    return batch;
  }
  throw new Error("the batches ended");
}

type Loss = (logits: tf.Tensor2D, targets: tf.Tensor2D) => tf.Scalar;

const programOf = (name: string, loss: Loss): Program => ({
  key: `test/mixed/${name}`,
  config: null,
  run: ({ params, batch }) => {
    const pixels = tf.div<tf.Tensor4D>(tf.cast(batch.image!, "float32"), 127.5);
    const { x, targets } = mixSamples({
      x: pixels,
      targets: batch.labels!,
      batch,
      numClasses: CLASSES,
    });
    const p = {
      weight: params["fc.weight"] as tf.Tensor2D,
      bias: params["fc.bias"] as tf.Tensor1D,
    };
    const logits = linear(p, tf.reshape<tf.Rank.R2>(x, [SAMPLES, size])) as tf.Tensor2D;
    return { loss: loss(logits, targets as tf.Tensor2D), outputs: { x, targets } };
  },
});

test.each<[string, Loss]>([
  ["crossEntropy", (logits, labels) => crossEntropy({ logits, labels })],
  ["binaryCrossEntropy", (logits, targets) => binaryCrossEntropy({ logits, targets })],
  ["focalLoss", (logits, targets) => focalLoss({ logits, targets, gamma: 1.5 })],
  ["huber", (predictions, targets) => huber({ predictions, targets, delta: 0.3 })],
])("mixing and %s give the same compiled as eager", async (name, loss) => {
  const program = programOf(name, loss);
  const batch = await firstBatch();
  const [eager, native] = await Promise.all(
    engines.map(async (engine) => {
      const session = await engine.open({ weights, optimizer: sgd({ learningRate: 1 }) });
      const { outputs } = await session.run(program, batch);
      const step = await session.step(program, batch);
      const after = (await session.snapshot()).weights["fc.weight"]!.data;
      await session.close();
      return { outputs, loss: step.loss, after };
    }),
  );
  expect(native!.outputs.x!.data).toEqual(eager!.outputs.x!.data);
  expect(native!.outputs.targets!.data).toEqual(eager!.outputs.targets!.data);
  expect(Math.abs(native!.loss - eager!.loss)).toBeLessThan(1e-5);
  const worst = eager!.after.reduce(
    (max, value, i) => Math.max(max, Math.abs(value - native!.after[i]!)),
    0,
  );
  expect(worst).toBeLessThan(1e-5);
});
