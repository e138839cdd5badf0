import "@tensorflow/tfjs-backend-cpu";
import type * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Source } from "../data/batch.js";
import { balancedSampler } from "../data/sampler.js";
import { createEagerEngine } from "../engine/eager.js";
import type { Engine } from "../engine.js";
import { memoryFeatureStore } from "../features/feature-store.js";
import { crossEntropy } from "../loss/cross-entropy.js";
import { bertFromConfig } from "../models/bert.js";
import { initWeights } from "../models/init-weights.js";
import { loraRanks } from "../models/lora.js";
import { mergeLora } from "../models/lora-merge.js";
import { createModel } from "../models/registry.js";
import { at as rateAt } from "../optim/optimizer.js";
import { uniformValues } from "../random.js";
import type { FloatWeights } from "../weights/host-tensor.js";
import { fineTune } from "./fine-tune.js";
import type { FineTuneCheckpoint, FineTuneEvent, FineTuneOptions } from "./options.js";
import { phaseSchedule } from "./phase-optimizer.js";
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

test("by default the head is trained, then the last stages, gently where samples are few, and all one by one where they are many", () => {
  const { tail: _, strategy: __, ...plain } = options();
  const phasesOf = (size: number, given: Partial<FineTuneOptions> = {}) =>
    planFineTune({ ...plain, train: { ...plain.train, size }, ...given }).phases;
  const { numClasses } = plain.model;
  expect(phasesOf(10 * numClasses)).toMatchObject([
    { name: "head", epochs: 2 },
    { name: "tail", cut: "layer2", epochs: 20, rate: 3e-4 },
  ]);
  expect(phasesOf(10 * numClasses - 1).at(-1)).toMatchObject({ name: "tail", rate: 1e-4 });
  expect(phasesOf(40 * numClasses)).toMatchObject([
    { name: "head" },
    { name: "tail-1", cut: "layer2", epochs: 5, rate: 3e-4 },
    { name: "tail-2", cut: "layer1" },
    { name: "tail-3", cut: "stem" },
    { name: "tail-4", cut: undefined, epochs: 5 },
  ]);
  expect(phasesOf(39 * numClasses).map(({ name }) => name)).toEqual(["head", "tail"]);
  const said: readonly Partial<FineTuneOptions>[] = [
    { cut: "layer1" },
    { cut: null },
    { learners: "biases" },
    { head: { epochs: 0 } },
  ];
  for (const given of said) {
    expect(phasesOf(40 * numClasses, given).at(-1)).toMatchObject({ name: "tail", epochs: 20 });
  }
});

test("without epochs of its own the head learns with the tail", () => {
  const given = { ...options(), strategy: "finetune", head: { epochs: 0 } } as const;
  expect(planFineTune(given).phases.map(({ name }) => name)).toEqual(["tail"]);
  expect(() => planFineTune({ ...given, strategy: "probe" })).toThrow("head.epochs is 0");
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

test.each([
  ["biases", (name: string) => name.endsWith(".bias") || name.startsWith("linear")],
  ["norms", (name: string) => /\.bn\d\.(weight|bias)$/.test(name) || name.startsWith("linear")],
] as const)("with %s as learners nothing else moves", async (learners, learns) => {
  const { weights } = await run({ ...options(), strategy: "finetune", cut: "layer1", learners });
  const before = initWeights(model, { seed: 5 });
  const moved = Object.keys(weights).filter((name) =>
    weights[name]!.data.some((value, i) => value !== before[name]!.data[i]),
  );
  expect(moved.filter((name) => !learns(name))).toEqual([]);
  expect(new Set(moved.map((name) => name.split(".")[0]))).toEqual(
    new Set(["layer2", "layer3", "linear"]),
  );
});

test("adapters learn beside frozen weights, resume to the same bytes and end merged", async () => {
  const saved: FineTuneCheckpoint[] = [];
  const save = async (state: FineTuneCheckpoint) => void saved.push(structuredClone(state));
  const adapters: FineTuneOptions = {
    ...options(),
    strategy: "gradual",
    cut: "layer1",
    learners: { rank: 2 },
  };
  const whole = await run({ ...adapters, checkpoint: { everySteps: 2, save } });
  const { adapted } = whole;
  expect(Object.keys(loraRanks(adapted!.model)).map((name) => name.slice(0, 6))).toEqual(
    Array.from({ length: 4 }, (_, i) => (i < 2 ? "layer2" : "layer3")),
  );
  expect(mergeLora(adapted!.model, adapted!.weights).weights).toEqual(whole.weights);
  const before = initWeights(model, { seed: 5 });
  const own = "layer3.0.conv1.weight";
  expect(adapted!.weights[own]).toEqual(before[own]);
  expect(whole.weights[own]).not.toEqual(before[own]);
  const middle = saved.find(({ phase, step }) => phase === "tail-2" && step === 2)!;
  expect((await run({ ...adapters, resume: middle })).weights).toEqual(whole.weights);
});

test("the craft of a phase: rates by layer, means, pull to the start, the best epoch", async () => {
  const fine = { ...options(), strategy: "finetune" as const, cut: "layer1", validation: noise };
  const plain = await run(fine);
  const distance = ({ weights }: { weights: FloatWeights }, name: string) => {
    const start = initWeights(model, { seed: 5 })[name]!.data;
    return Math.hypot(...weights[name]!.data.map((value, i) => value - start[i]!));
  };
  const lower = "layer2.0.conv1.weight";
  const byLayer = await run({ ...fine, tail: { epochs: 4, rate: 1e-2, layerDecay: 0.5 } });
  expect(distance(byLayer, lower)).toBeLessThan(0.7 * distance(plain, lower));
  const pulled = await run({
    ...fine,
    tail: { epochs: 4, rate: 1e-2, weightDecay: 20 },
    decayToStart: true,
  });
  expect(distance(pulled, lower)).toBeLessThan(0.7 * distance(plain, lower));
  const averaged = await run({ ...fine, ema: { decay: 0.9 } });
  expect(distance(averaged, lower)).toBeLessThan(distance(plain, lower));
  const stopped = await run({
    ...fine,
    earlyStopping: { metric: "loss", mode: "max", patience: 0 },
  });
  expect(stopped.events.filter(({ type }) => type === "best-restored")).toHaveLength(2);
});

test("mixing: the head blends, what takes maps gets boxes too, and a resumed run draws the same", async () => {
  const saved: FineTuneCheckpoint[] = [];
  const save = async (state: FineTuneCheckpoint) => void saved.push(structuredClone(state));
  const fine: FineTuneOptions = { ...options(), strategy: "finetune", cut: "layer1" };
  const mixing: FineTuneOptions = {
    ...fine,
    mix: { mixup: 0.2, cutmix: 1 },
    sampler: balancedSampler(labelsOf([0, 1, 2, 4, 6, 8, 10, 0, 2, 4, 6, 8]).data, { seed: 3 }),
  };
  const whole = await run({ ...mixing, checkpoint: { everySteps: 2, save } });
  expect(whole.weights).not.toEqual((await run(fine)).weights);
  const middle = saved.find(({ phase, step }) => phase === "tail" && step === 2)!;
  expect((await run({ ...mixing, resume: middle })).weights).toEqual(whole.weights);
});

test("schedules climb, fall or stay", () => {
  const at = (given: Partial<Parameters<typeof phaseSchedule>[0]>, steps = 10) => {
    const schedule = phaseSchedule({ schedule: "cosine", rate: 1, warmup: 0, ...given }, steps);
    return [0, 5, 9].map((step) => Number(rateAt(schedule, step).toFixed(2)));
  };
  expect(at({})).toEqual([1, 0.5, 0.02]);
  expect(at({ warmup: 0.4 })).toEqual([0.2, 0.93, 0.07]);
  expect(at({ schedule: "constant" })).toEqual([1, 1, 1]);
  expect(at({ schedule: "constant", warmup: 0.5 })).toEqual([0.17, 1, 1]);
  expect(at({ schedule: "one-cycle", warmup: 0.3 })).toEqual([0.04, 0.61, 0]);
  expect(at({ warmup: 1 }, 1)).toEqual([1, 0, 0]);
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
