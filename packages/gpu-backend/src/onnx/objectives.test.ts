import "@tensorflow/tfjs-backend-cpu";
import {
  type Batch,
  createEagerEngine,
  createModel,
  type Engine,
  initWeights,
  multiLabel,
  type Objective,
  regression,
  sgd,
  taskProgram,
} from "@graft-ml/core";
import { formulaValues } from "@graft-ml/core/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createNativeEngine } from "../node/engines.js";

let engines: Engine[];
beforeAll(async () => {
  engines = [await createEagerEngine({ backend: "cpu" }), await createNativeEngine({ threads: 2 })];
});
afterAll(async () => {
  for (const engine of engines) await engine.close();
});

const model = createModel("resnet_cifar", { blocks: 1, widths: [3, 4, 5], numClasses: 2 });
const weights = initWeights(model, { seed: 2 });
const float = (name: string, shape: readonly number[], low: number, high: number) => ({
  dtype: "float32" as const,
  shape,
  data: formulaValues(
    name,
    shape.reduce((a, b) => a * b),
    low,
    high,
  ),
});
const batch = (targets: Batch[string]): Batch => ({
  features: float("features", [4, 5], -1, 1),
  targets,
  weight: { dtype: "float32", shape: [4], data: Float32Array.of(1, 0.5, 2, 0) },
  mixPartner: { dtype: "int32", shape: [4], data: Int32Array.of(1, 0, 3, 2) },
  mixShare: { dtype: "float32", shape: [4], data: Float32Array.of(0.3, 1, 0.8, 0) },
});
const labels: Batch[string] = {
  dtype: "float32",
  shape: [4, 2],
  data: Float32Array.of(1, 0, 0, 0, 1, 1, 0, 1),
};
const scale = { mean: [40, -2], std: [7, 0.5] };

const objectives: readonly (readonly [string, Objective])[] = [
  ["cross-entropy", multiLabel({ positiveWeight: [3, 0.5], labelSmoothing: 0.1 })],
  ["focal loss", multiLabel({ focal: {} })],
  ["squares", regression(scale)],
  ["huber", regression({ ...scale, loss: { kind: "huber", delta: 0.5 } })],
  ["smooth L1", regression({ ...scale, loss: { kind: "smooth-l1", delta: 0.5 } })],
];

test.each(objectives)("%s, mixed: compiled training is eager training", async (_, objective) => {
  const task = { ...objective, key: `test/${objective.name}`, inputs: [], enter: () => never() };
  const program = taskProgram({ model, task, from: "linear" });
  const targets = objective.name === "regression" ? float("numbers", [4, 2], -3, 60) : labels;
  const learned = [];
  for (const engine of engines) {
    const optimizer = sgd({ learningRate: 0.1 });
    const session = await engine.open({ weights, optimizer });
    const losses = [];
    for (let step = 0; step < 3; step++) {
      losses.push((await session.step(program, batch(targets))).loss);
    }
    const { weights: after } = await session.snapshot();
    learned.push([...losses, ...after["linear.weight"]!.data, ...after["linear.bias"]!.data]);
    await session.close();
  }
  const [eager, compiled] = learned;
  const gaps = eager!.map((value, i) => Math.abs(value - compiled![i]!) / (1 + Math.abs(value)));
  expect(Math.max(...gaps)).toBeLessThan(1e-5);
});

const never = (): never => {
  throw new Error("features stand in place of pictures");
};
