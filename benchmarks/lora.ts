// What parameter-efficient tuning saves: a compiled training step of everything against adapters, biases, norms and the head alone.
//   pnpm --filter @graft-ml/benchmarks exec tsx lora.ts [--rounds N] [--network NAME]
import { parseArgs } from "node:util";
import {
  adamw,
  addLora,
  type Batch,
  biasOnly,
  createBert,
  createModel,
  createPass,
  crossEntropy,
  initWeights,
  loraOnly,
  type Model,
  modelFromConfig,
  normOnly,
  type Program,
  paramGroups,
  runStages,
  type Session,
  trainableSummary,
  unfreeze,
  uniformValues,
  type WeightChoice,
} from "@graft-ml/core";
import { type Acquired, acquire } from "@graft-ml/gpu-backend";
import type * as tf from "@tensorflow/tfjs-core";
import { median } from "./lib/alternate.js";
import { markdownTable, type Row, writeResult } from "./lib/report.js";
import { loadNote } from "./lib/time-models.js";

const { values: options } = parseArgs({
  options: { rounds: { type: "string", default: "7" }, network: { type: "string" } },
});
const ROUNDS = Number(options.rounds);
const RANK = 8;
const PICTURES = 8;
const TEXTS = { count: 16, length: 128 };
const MiB = 2 ** 20;

const labels = (count: number): Batch[string] => ({
  dtype: "int32",
  shape: [count],
  data: Int32Array.from({ length: count }, (_, index) => index % 2),
});

function pictures(): Batch {
  const shape = [PICTURES, 224, 224, 3];
  const data = uniformValues({ seed: 1, site: "pictures" }, PICTURES * 224 * 224 * 3);
  return { x: { dtype: "float32", shape, data }, labels: labels(PICTURES) };
}

function texts(): Batch {
  const { count, length } = TEXTS;
  const field = (valueAt: (place: number) => number): Batch[string] => ({
    dtype: "int32",
    shape: [count, length],
    data: Int32Array.from({ length: count * length }, (_, place) => valueAt(place)),
  });
  const ids = field((place) => (place * 7919) % 30522);
  return { x: ids, attention_mask: field(() => 1), labels: labels(count) };
}

const networks: Readonly<Record<string, { model: Model; batch: Batch }>> = {
  "ResNet-18": { model: createModel("resnet18", { numClasses: 2 }), batch: pictures() },
  "BERT-mini": {
    // Without dropout, whose masks would cost all alike.
    model: modelFromConfig({
      ...createBert("bert_mini", { numClasses: 2 }).config,
      ...{ hidden_dropout_prob: 0, attention_probs_dropout_prob: 0 },
    }),
    batch: texts(),
  },
};

type Strategy = { name: string; model: Model; frozen: WeightChoice };

function strategiesOf(model: Model): readonly Strategy[] {
  const lora = addLora(model, { rank: RANK });
  const isStatistic: WeightChoice = (name) => model.specs[name]?.role === "buffer";
  const all: readonly Strategy[] = [
    { name: "everything", model, frozen: () => false },
    { name: `LoRA, rank ${RANK}`, model: lora, frozen: loraOnly(lora) },
    { name: "biases", model, frozen: biasOnly(model) },
    { name: "norms", model, frozen: normOnly(model) },
    { name: "head", model, frozen: unfreeze(model, { top: 1 }) },
  ];
  // Batch norm keeps its running statistics in all of them.
  return all.map(({ frozen, ...rest }) => ({
    ...rest,
    frozen: (name) => isStatistic(name) || frozen(name),
  }));
}

const programOf = (model: Model): Program => ({
  key: "benchmark/lora",
  config: model.config,
  run({ params, buffers, batch, random, training }) {
    const { x, labels, ...inputs } = batch;
    const pass = createPass({ training, random, buffers, inputs });
    const logits = runStages(model, params, x!, pass) as tf.Tensor2D;
    return { loss: crossEntropy({ logits, labels: labels! }) };
  },
});

type Opened = Strategy & { session: Session; program: Program; ms: number[]; bytes: number };

async function open(engine: Acquired, strategy: Strategy): Promise<Opened> {
  const { model, frozen } = strategy;
  const optimizer = adamw({ learningRate: 1e-4 });
  const groups = paramGroups({ freeze: frozen });
  const session = await engine.open({
    ...{ weights: initWeights(model, { seed: 1 }), optimizer, groups },
  });
  const { gradients, state } = trainableSummary(model, { groups, optimizer }).total.bytes;
  return { ...strategy, session, program: programOf(model), ms: [], bytes: gradients + state };
}

/** A step of each in turn, so that drift of the machine hits all alike; the first of each compiles. */
async function measure(engine: Acquired, network: string): Promise<readonly Row[]> {
  const { model, batch } = networks[network]!;
  const opened: Opened[] = [];
  for (const strategy of strategiesOf(model)) opened.push(await open(engine, strategy));
  for (let round = -2; round < ROUNDS; round++) {
    for (const { session, program, ms } of opened) {
      const start = performance.now();
      await session.step(program, batch);
      if (round >= 0) ms.push(performance.now() - start);
    }
  }
  const whole = median(opened[0]!.ms);
  const rows = opened.map(({ name, model: own, frozen, session, ms, bytes }) => {
    const { parameterBytes, constantBytes } = session.memory();
    return {
      network,
      trained: name,
      values: trainedValues(own, frozen),
      "ms a step": median(ms).toFixed(0),
      "over everything": (median(ms) / whole).toFixed(2),
      "gradients and state, MiB": (bytes / MiB).toFixed(2),
      "session, MiB": ((parameterBytes + constantBytes) / MiB).toFixed(1),
    };
  });
  for (const { session } of opened) await session.close();
  return rows;
}

const trainedValues = ({ specs }: Model, frozen: WeightChoice): number =>
  Object.entries(specs)
    .filter(([name]) => !frozen(name))
    .reduce((sum, [, { shape }]) => sum + shape.reduce((all, size) => all * size, 1), 0);

const engine = await acquire({ device: "native", threads: 2 });
const rows: Row[] = [];
for (const network of Object.keys(networks)) {
  if (options.network !== undefined && options.network !== network) continue;
  rows.push(...(await measure(engine, network)));
}
await engine.close();
console.log(markdownTable(rows));
if (options.network === undefined) {
  await writeResult("lora", {
    command: `pnpm --filter @graft-ml/benchmarks exec tsx lora.ts --rounds ${ROUNDS}`,
    notes: [
      `Medians over ${ROUNDS} rounds, a step of each in turn; AdamW; batches of ${PICTURES} pictures of 224 x 224, and of ${TEXTS.count} texts of ${TEXTS.length} tokens.`,
      "Batch norm uses its running statistics. Adapters stand at their usual places: 3x3 convolutions; queries and values. The head is trained in every row.",
      "`gradients and state`: what training holds beside the weights. `session`: what the session says it holds, with weights and compiled constants; the graph's own activations are not in it.",
      loadNote(),
    ],
    rows,
  });
}
