import { createHash } from "node:crypto";
import {
  type Batch,
  createPass,
  crossEntropy,
  type FloatWeights,
  initWeights,
  type Model,
  type Program,
  runStages,
  type Snapshot,
  splitWeights,
  uniformValues,
} from "@graft-ml/core";
import type * as tf from "@tensorflow/tfjs-core";

/** A classifier's training program over `image` (B, H, W, 3) and `labels` (B). */
export const classifierProgram = (model: Model): Program => ({
  key: `test-${model.architecture}`,
  config: model.config,
  run({ params, buffers, batch, random, training }) {
    const pass = createPass({ training, random, buffers });
    const logits = runStages(model, { ...params, ...buffers }, batch.image!, pass) as tf.Tensor2D;
    const loss = crossEntropy({ logits, labels: batch.labels! });
    return { loss, buffers: pass.moved(), outputs: { logits } };
  },
});

export const startOf = (model: Model): { weights: FloatWeights; buffers: FloatWeights } =>
  splitWeights(model, initWeights(model, { seed: 1 }));

export const pictures = (samples: number, size: number, classes: number, seed = 7): Batch => ({
  image: {
    dtype: "float32",
    shape: [samples, size, size, 3],
    data: uniformValues({ seed, site: "image" }, samples * size * size * 3).map((x) => 4 * x - 2),
  },
  labels: {
    dtype: "int32",
    shape: [samples],
    data: Int32Array.from({ length: samples }, (_, i) => (i * 5 + seed) % classes),
  },
});

/** Every bit that a session has learned, as one short text. */
export function fingerprint({ weights, buffers, optimizer }: Snapshot): string {
  const hash = createHash("sha1");
  for (const set of [weights, buffers, ...Object.values(optimizer?.state ?? {})])
    for (const { data } of Object.values(set)) hash.update(data);
  return hash.digest("hex");
}
