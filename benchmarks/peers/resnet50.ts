// Our side of resnet50.ts. Arguments: CASE BATCH, CASE as in that file.
import {
  type Batch,
  createModel,
  createPass,
  crossEntropy,
  initWeights,
  isUnder,
  type Program,
  pickWeights,
  runStages,
  sgd,
  splitWeights,
} from "@graft-ml/core";
import { acquire } from "@graft-ml/gpu-backend";
import type * as tf from "@tensorflow/tfjs-core";
import { serveCase } from "../lib/serve-case.js";

const [name = "forward", batchSize = "8"] = process.argv.slice(2);
const size = Number(batchSize);
const [scope = "full", norm = "frozen"] = name === "forward" ? ["none", "frozen"] : name.split("-");
const trained: Readonly<Record<string, readonly string[]>> = {
  none: [],
  head: ["fc"],
  last: ["layer4", "fc"],
  full: [""],
};

const model = createModel("resnet50");
const program: Program = {
  key: "benchmark/resnet50",
  config: {},
  run({ params, buffers, batch, random, training }) {
    const pass = createPass({ training, random, buffers });
    const image = batch.image as tf.Tensor4D;
    const logits = runStages(model, { ...params, ...buffers }, image, pass) as tf.Tensor2D;
    if (!batch.labels) return { outputs: { logits } };
    return { loss: crossEntropy({ logits, labels: batch.labels }), buffers: pass.moved() };
  },
};

const { weights, buffers } = splitWeights(model, initWeights(model, { seed: 1 }));
const live = norm === "train" ? buffers : {};
const isTrained = (weight: string) =>
  weight in weights && (trained[scope] ?? []).some((prefix) => isUnder(weight, prefix));
const engine = await acquire({ device: "native", threads: 2 });
const session = await engine.open({
  weights: { ...weights, ...pickWeights(buffers, (key) => !(key in live)) },
  buffers: live,
  optimizer: sgd({ learningRate: 1e-3, momentum: 0.9 }),
  groups: (weight, shape) => ({
    rate: 1,
    decay: shape.length > 1 ? 1 : 0,
    frozen: !isTrained(weight),
  }),
});

const pixels = Float32Array.from({ length: size * 224 * 224 * 3 }, (_, i) => Math.sin(i * 0.37));
const image: Batch = { image: { dtype: "float32", shape: [size, 224, 224, 3], data: pixels } };
const labels = Int32Array.from({ length: size }, (_, i) => i % 1000);
const labelled: Batch = { ...image, labels: { dtype: "int32", shape: [size], data: labels } };

await serveCase(() =>
  name === "forward" ? session.run(program, image) : session.step(program, labelled),
);
await engine.close();
