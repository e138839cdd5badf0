// Our side of bert.ts. Arguments: CASE BATCH LENGTH, CASE as in that file.
import {
  adamw,
  type Batch,
  createBert,
  createPass,
  crossEntropy,
  defaultDecay,
  initWeights,
  isUnder,
  modelFromConfig,
  type Program,
  runStages,
} from "@graft-ml/core";
import { acquire } from "@graft-ml/gpu-backend";
import type * as tf from "@tensorflow/tfjs-core";
import { serveCase } from "../lib/serve-case.js";

const [name = "forward", batchSize = "8", textLength = "128"] = process.argv.slice(2);
const shape = [Number(batchSize), Number(textLength)] as const;

const rate = name === "full-dropout" ? 0.1 : 0;
const { config } = createBert("bert_base", { numClasses: 2 });
const model = modelFromConfig({
  ...config,
  hidden_dropout_prob: rate,
  attention_probs_dropout_prob: rate,
});

const program: Program = {
  key: "benchmark/bert",
  config: { rate },
  run({ params, buffers, batch, random, training }) {
    const { input_ids: ids, labels, ...inputs } = batch;
    const pass = createPass({ training, random, buffers, inputs });
    const logits = runStages(model, params, ids!, pass) as tf.Tensor2D;
    return labels ? { loss: crossEntropy({ logits, labels }) } : { outputs: { logits } };
  },
};

const learns: Readonly<Record<string, readonly string[]>> = {
  head: [model.classifier],
  "last-two": [
    ...["bert.encoder.layer.10", "bert.encoder.layer.11"],
    ...["bert.pooler", model.classifier],
  ],
};
const learning = learns[name] ?? [""];

const engine = await acquire({ device: "native", threads: 2 });
const session = await engine.open({
  weights: initWeights(model, { seed: 1 }),
  ...(name === "forward" ? {} : { optimizer: adamw({ learningRate: 1e-5 }) }),
  groups: (weight, size) => ({
    rate: 1,
    decay: defaultDecay(weight, size),
    frozen: !learning.some((prefix) => isUnder(weight, prefix)),
  }),
});

const field = (valueAt: (place: number) => number): Batch[string] => ({
  dtype: "int32",
  shape,
  data: Int32Array.from({ length: shape[0] * shape[1] }, (_, place) => valueAt(place)),
});
const texts: Batch = {
  input_ids: field((place) => (place * 7919) % 30522),
  attention_mask: field(() => 1),
  token_type_ids: field(() => 0),
};
const labels = Int32Array.from({ length: shape[0] }, (_, index) => index % 2);
const labelled: Batch = { ...texts, labels: { dtype: "int32", shape: [shape[0]], data: labels } };

await serveCase(() =>
  name === "forward" ? session.run(program, texts) : session.step(program, labelled),
);
await engine.close();
