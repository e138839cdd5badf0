import "@tensorflow/tfjs-backend-cpu";
import type * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Source } from "../data/batch.js";
import { createEagerEngine } from "../engine/eager.js";
import type { Engine } from "../engine.js";
import { memoryFeatureStore } from "../features/feature-store.js";
import { crossEntropy } from "../loss/cross-entropy.js";
import { bertFromConfig } from "../models/bert.js";
import { initWeights } from "../models/init-weights.js";
import { createModel } from "../models/registry.js";
import { uniformValues } from "../random.js";
import { fineTune } from "./fine-tune.js";
import type { FineTuneCheckpoint, FineTuneEvent, FineTuneOptions } from "./options.js";
import { planFineTune } from "./plan.js";
import type { Task } from "./task.js";

let engine: Engine;
beforeAll(async () => {
  engine = await createEagerEngine({ backend: "cpu" });
});
afterAll(() => engine.close());

const score: Task["score"] = (logits, { batch }) =>
  batch.labels
    ? { loss: crossEntropy({ logits: logits as tf.Tensor2D, labels: batch.labels }) }
    : {};

const pictures: Task = {
  key: "test/pictures",
  config: null,
  inputs: ["image"],
  enter: ({ image }) => image!,
  score,
};
const model = createModel("resnet_cifar", { blocks: 1, widths: [3, 4, 5], numClasses: 2 });
const noise: Source = {
  size: 12,
  load: async (indices) => ({
    image: {
      dtype: "float32",
      shape: [indices.length, 8, 8, 3],
      data: Float32Array.from(
        indices.flatMap((i) => [...uniformValues({ seed: i, site: "image" }, 192)]),
      ),
    },
    labels: labelsOf(indices),
  }),
};

const labelsOf = (indices: readonly number[]) =>
  ({
    dtype: "int32",
    shape: [indices.length],
    data: Int32Array.from(indices, (i) => i % 2),
  }) as const;

const options = (): FineTuneOptions => ({
  engine,
  model,
  weights: initWeights(model, { seed: 5 }),
  task: pictures,
  train: noise,
  batchSize: 4,
  head: { epochs: 2 },
  tail: { epochs: 4, rate: 1e-2 },
});

async function run(given: FineTuneOptions) {
  const tuning = fineTune(given);
  const events: FineTuneEvent[] = [];
  for await (const event of tuning) events.push(event);
  return { events, ...tuning.result() };
}

test("unfreezing gradually opens one stage after the other and shares out the epochs", () => {
  const phasesOf = (given: Partial<FineTuneOptions>) =>
    planFineTune({ ...options(), strategy: "gradual", ...given }).phases.map(
      ({ name, cut, epochs }) => [name, cut, epochs],
    );
  expect(phasesOf({ cut: "stem" })).toEqual([
    ["head", "pool", 2],
    ["tail-1", "layer2", 1],
    ["tail-2", "layer1", 1],
    ["tail-3", "stem", 2],
  ]);
  expect(phasesOf({ cut: null }).map(([, cut]) => cut)).toEqual([
    "pool",
    "layer2",
    "layer1",
    "stem",
    undefined,
  ]);
  expect(phasesOf({ cut: "stem", tail: { epochs: 2 } }).map(([name]) => name)).toEqual([
    "head",
    "tail-2",
    "tail-3",
  ]);
});

test("each phase moves what it opened and nothing below; what is deepest is read once", async () => {
  const loads: number[] = [];
  const train: Source = {
    ...noise,
    load: (indices, context) => {
      loads.push(...indices);
      return noise.load(indices, context);
    },
  };
  const { events, weights } = await run({
    ...options(),
    train,
    strategy: "gradual",
    cut: "layer1",
  });
  const started = events.filter((event) => event.type === "phase-start");
  expect(started.map(({ phase }) => phase)).toEqual(["features", "head", "tail-1", "tail-2"]);
  expect(loads).toHaveLength(noise.size);
  const before = initWeights(model, { seed: 5 });
  const moved = Object.keys(weights).filter((name) =>
    weights[name]!.data.some((value, i) => value !== before[name]!.data[i]),
  );
  const stages = new Set(moved.map((name) => name.split(".")[0]));
  expect(stages).toEqual(new Set(["layer2", "layer3", "linear"]));
});

test("gradual and cached equals gradual on the samples themselves", async () => {
  const gradual = { ...options(), strategy: "gradual" as const, cut: "layer1" };
  const cached = await run(gradual);
  const fresh = await run({ ...gradual, views: "fresh" });
  for (const [name, weight] of Object.entries(cached.weights)) {
    const gap = Math.max(...weight.data.map((v, i) => Math.abs(v - fresh.weights[name]!.data[i]!)));
    expect(gap, name).toBeLessThan(1e-4);
  }
});

test("a run resumed in any phase ends with the same bytes", async () => {
  const saved: FineTuneCheckpoint[] = [];
  const gradual = { ...options(), strategy: "gradual" as const, cut: "layer1" };
  const save = async (state: FineTuneCheckpoint) => void saved.push(structuredClone(state));
  const whole = await run({ ...gradual, checkpoint: { everySteps: 2, save } });
  for (const phase of ["head", "tail-1", "tail-2"]) {
    const middle = saved.find((state) => state.phase === phase && state.step === 2)!;
    expect((await run({ ...gradual, resume: middle })).weights).toEqual(whole.weights);
  }
  await expect(run({ ...options(), resume: saved.at(-1)! })).rejects.toThrow(
    /saved in the phase "tail-2", and these options have the phases head/,
  );
});

test("texts: what stages read beside the tensor stays with the features", async () => {
  const bert = bertFromConfig({
    model_type: "bert",
    num_hidden_layers: 2,
    hidden_size: 8,
    num_attention_heads: 2,
    intermediate_size: 16,
    vocab_size: 20,
    max_position_embeddings: 8,
    hidden_dropout_prob: 0,
    attention_probs_dropout_prob: 0,
    architectures: ["BertForSequenceClassification"],
    num_labels: 2,
  });
  const texts: Task = {
    key: "test/texts",
    config: null,
    inputs: ["input_ids"],
    sides: ["attention_mask"],
    enter: ({ input_ids }) => input_ids!,
    score,
  };
  const field = (indices: readonly number[], of: (i: number, at: number) => number) =>
    ({
      dtype: "int32",
      shape: [indices.length, 6],
      data: Int32Array.from(
        indices.flatMap((i) => Array.from({ length: 6 }, (_, at) => of(i, at))),
      ),
    }) as const;
  const train: Source = {
    size: 8,
    load: async (indices) => ({
      input_ids: field(indices, (i, at) => (at > 2 + (i % 3) ? 0 : 1 + ((i * 7 + at * 3) % 19))),
      attention_mask: field(indices, (i, at) => (at > 2 + (i % 3) ? 0 : 1)),
      labels: labelsOf(indices),
    }),
  };
  const given: FineTuneOptions = {
    ...options(),
    model: bert,
    weights: initWeights(bert, { seed: 3 }),
    task: texts,
    train,
    validation: train,
    strategy: "finetune",
  };
  const cached = await run({ ...given, store: memoryFeatureStore() });
  const fresh = await run({ ...given, views: "fresh" });
  for (const [name, weight] of Object.entries(cached.weights)) {
    const gap = Math.max(...weight.data.map((v, i) => Math.abs(v - fresh.weights[name]!.data[i]!)));
    expect(gap, name).toBeLessThan(1e-4);
  }
});
