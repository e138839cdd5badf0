import "@tensorflow/tfjs-backend-cpu";
import {
  arraySource,
  createEagerEngine,
  featuresTask,
  fineTune,
  linearModel,
} from "@graft-ml/core";
import { expect, test } from "vitest";
import { createNativeEngine } from "../node/engines.js";

test("a probe on features that are there already, compiled: as eagerly", async () => {
  const rows = Array.from({ length: 12 }, (_, at) => [Math.sin(at), at % 3, Math.cos(5 * at)]);
  const train = arraySource({
    features: { dtype: "float32", shape: [12, 3], data: Float32Array.from(rows.flat()) },
    labels: { dtype: "int32", shape: [12], data: Int32Array.from(rows, (_, at) => at % 3) },
  });
  const model = linearModel({ numFeatures: 3, numClasses: 3 });
  const learned: number[][] = [];
  for (const engine of [
    await createEagerEngine({ backend: "cpu" }),
    await createNativeEngine({ threads: 2 }),
  ]) {
    const options = { strategy: "probe", head: { epochs: 20, rate: 0.1 }, batchSize: 4 } as const;
    const tuning = fineTune({
      engine,
      model,
      weights: {},
      task: featuresTask(),
      train,
      ...options,
    });
    const losses: number[] = [];
    for await (const event of tuning) if (event.type === "step-end") losses.push(event.loss);
    expect(losses.at(-1)).toBeLessThan(0.6 * losses[0]!);
    learned.push([...tuning.result().weights["classifier.weight"]!.data]);
    await engine.close();
  }
  const [eager, compiled] = learned;
  for (const [at, value] of eager!.entries()) expect(compiled![at]).toBeCloseTo(value, 4);
});
