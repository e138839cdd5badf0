import "@tensorflow/tfjs-backend-cpu";
import {
  createEagerEngine,
  type Engine,
  hostRandom,
  type Json,
  modelFromConfig,
  registerGradients,
} from "@graft-ml/core";
import {
  bertGoldenWeights,
  digestError,
  leakedTensors,
  readGolden,
  worstDifference,
} from "@graft-ml/core/testing";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { smallTokenizer } from "../tokenize/testing.js";
import { tokenBatch } from "../tokenize/token-batch.js";
import { embeddingProgram, type TextPooling } from "./embedding.js";
import { pairProgram } from "./pair-program.js";

type Pooled = {
  embeddings: number[];
  unit: number[];
  similarities: number[];
  loss: number;
  gradients: Record<string, number[]>;
};
const golden = readGolden<
  Record<TextPooling, Pooled> & {
    name: string;
    config: Record<string, Json>;
    rows: number[][];
    targets: number[];
  }
>(import.meta.url, "golden/embeddings.json");
const model = modelFromConfig(golden.config);
const weights = bertGoldenWeights(model, golden.name);
const batch = tokenBatch(
  smallTokenizer(),
  golden.rows.map((ids) => ({ ids, typeIds: ids.map(() => 0) })),
);
const poolings = ["mean", "cls"] as const;

let engine: Engine;
beforeAll(async () => {
  engine = await createEagerEngine({ backend: "cpu" });
});
afterAll(() => engine.close());

test.each(poolings)("%s of padded texts, also of length 1", async (pooling) => {
  const session = await engine.open({ weights });
  for (const [normalize, expected] of [
    [false, golden[pooling].embeddings],
    [true, golden[pooling].unit],
  ] as const) {
    const program = embeddingProgram({ model, pooling, normalize });
    const { outputs } = await session.run(program, batch);
    expect(outputs.embeddings!.shape).toEqual([4, 16]);
    const vectors = outputs.embeddings!.data as Float32Array;
    expect(worstDifference(vectors, expected)).toBeLessThan(1e-5);
  }
  await session.close();
});

test.each(poolings)(
  "pairs by their %s: similarities, the loss and every gradient",
  async (pooling) => {
    registerGradients();
    const expected = golden[pooling];
    const leaked = await leakedTensors(() =>
      tf.tidy(() => {
        const pairs = Object.fromEntries(
          Object.entries(batch).map(([name, { data }]) => [
            name,
            tf.tensor3d(data as Int32Array, [2, 2, data.length / 4], "int32"),
          ]),
        );
        // The layer that upstream pools with takes no part.
        const names = Object.keys(expected.gradients);
        expect(names.length).toBe(Object.keys(weights).length - 2);
        const all = names.map((name) => tf.tensor(weights[name]!.data, [...weights[name]!.shape]));
        const program = pairProgram({ model, pooling });
        const run = (params: readonly tf.Tensor[], targets?: tf.Tensor) =>
          program.run({
            params: Object.fromEntries(names.map((name, at) => [name, params[at]!])),
            buffers: {},
            batch: { ...pairs, ...(targets ? { targets } : {}) },
            random: hostRandom({ seed: 0 }),
            training: true,
          });
        const alike = run(all).outputs!.similarities!.dataSync();
        expect(worstDifference(alike, expected.similarities)).toBeLessThan(1e-5);
        const targets = tf.tensor1d(golden.targets);
        const { value, grads } = tf.valueAndGrads((...params) => run(params, targets).loss!)(all);
        expect(value.dataSync()[0]).toBeCloseTo(expected.loss, 5);
        for (const [at, name] of names.entries()) {
          const gradient = expected.gradients[name]!;
          const size = Math.max(gradient[0]!, 1e-3);
          expect(digestError(name, grads[at]!.dataSync(), gradient, size)).toBeLessThan(2e-3);
        }
      }),
    );
    expect(leaked).toBe(0);
  },
);
