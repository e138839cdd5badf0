// Our side of bert-texts.ts; a run is an epoch. Arguments: CASE MODEL TOKENS BATCH, CASE as in that file.
import { readFile } from "node:fs/promises";
import {
  adamw,
  createBatches,
  createBert,
  defaultDecay,
  type Engine,
  fineTune,
  initWeights,
  type Model,
  modelFromConfig,
  taskProgram,
} from "@graft-ml/core";
import { acquire } from "@graft-ml/gpu-backend";
import { bucketSampler, type TokenSource, textTask, tokenSource } from "@graft-ml/nlp";
import { serveCase } from "../lib/serve-case.js";
import { encodingsOf, padder, type TokenFile } from "../lib/token-file.js";

const [name = "buckets", modelName = "bert_base", path = "", batch = "8"] = process.argv.slice(2);
const batchSize = Number(batch);

const file = JSON.parse(await readFile(path, "utf8")) as TokenFile;
const { rows, labels } = file;
const { config } = createBert(modelName, { numClasses: new Set(labels).size });
const model = modelFromConfig({
  ...config,
  hidden_dropout_prob: 0,
  attention_probs_dropout_prob: 0,
});
const source = tokenSource({
  tokenizer: padder,
  encodings: encodingsOf(file),
  fields: { labels: { dtype: "int32", shape: [labels.length], data: Int32Array.from(labels) } },
  ...(name === "padded" ? { buckets: [Math.max(...rows.map(({ length }) => length))] } : {}),
});
const input = { engine: await acquire({ device: "native", threads: 2 }), model, source };
await serveCase(name === "head" ? headEpochs(input) : await fullEpochs(input));
// A training that never ends has to be left.
process.exit(0);

type Input = { readonly engine: Engine; readonly model: Model; readonly source: TokenSource };

/** The head alone: the trunk runs before the first epoch ends, and never again. */
function headEpochs({ engine, model, source }: Input): () => Promise<void> {
  const events = fineTune({
    ...{ engine, model, batchSize, task: textTask(), train: source, strategy: "probe" },
    weights: initWeights(model, { seed: 1 }),
    sampler: bucketSampler(source, { batchSize, seed: 0 }),
    head: { epochs: 10_000, rate: 1e-3, schedule: "constant" },
  })[Symbol.asyncIterator]();
  return async () => {
    for (;;) {
      const { done, value } = await events.next();
      if (done || value.type === "epoch-end") return;
    }
  };
}

/** Everything learns, in batches of texts of like length. */
async function fullEpochs({ engine, model, source }: Input): Promise<() => Promise<void>> {
  const session = await engine.open({
    weights: initWeights(model, { seed: 1 }),
    optimizer: adamw({ learningRate: 1e-5 }),
    groups: (weight, shape) => ({ rate: 1, decay: defaultDecay(weight, shape), frozen: false }),
  });
  const program = taskProgram({ task: textTask(), model });
  const sampler = bucketSampler(source, { batchSize, seed: 0 });
  const batches = createBatches(source, { batchSize, seed: 0, sampler });
  const endless = batches.from(0)[Symbol.asyncIterator]();
  return async () => {
    for (let step = 0; step < batches.stepsPerEpoch; step++) {
      const { value } = await endless.next();
      await session.step(program, value.batch);
    }
  };
}
