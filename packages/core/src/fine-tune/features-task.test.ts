import "@tensorflow/tfjs-backend-cpu";
import { expect, test } from "vitest";
import { createEagerEngine } from "../engine/eager.js";
import { linearModel } from "../models/linear-model.js";
import { regression } from "../objective/regression.js";
import { featuresTask } from "./features-task.js";
import { taskProgram } from "./task.js";

test("features enter as they are, towards classes or any other objective", async () => {
  const engine = await createEagerEngine({ backend: "cpu" });
  const model = linearModel({ numFeatures: 1, numClasses: 2 });
  const weights = {
    "classifier.weight": { dtype: "float32", shape: [2, 1], data: Float32Array.of(1, 0) },
    "classifier.bias": { dtype: "float32", shape: [2], data: Float32Array.of(0, 0) },
  } as const;
  const session = await engine.open({ weights });
  const batch = {
    features: { dtype: "float32", shape: [1, 1], data: Float32Array.of(Math.log(3)) },
    labels: { dtype: "int32", shape: [1], data: Int32Array.of(0) },
  } as const;
  const { loss } = await session.run(taskProgram({ model, task: featuresTask() }), batch);
  expect(loss).toBeCloseTo(Math.log(4 / 3), 6);
  const numbers = featuresTask(regression({ mean: [0, 0], std: [1, 1] }));
  expect([numbers.key, numbers.target]).toEqual(["core/features/regression", "targets"]);
  await engine.close();
});
