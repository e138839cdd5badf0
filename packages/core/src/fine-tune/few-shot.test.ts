import "@tensorflow/tfjs-backend-cpu";
import type * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Source } from "../data/batch.js";
import { createEagerEngine } from "../engine/eager.js";
import type { Engine } from "../engine.js";
import { softmax } from "../metrics/temperature.js";
import { accuracy } from "../metrics.js";
import { modelFromConfig, replaceHead } from "../models/config.js";
import { initWeights } from "../models/init-weights.js";
import { createModel } from "../models/registry.js";
import { paramGroups } from "../optim/groups.js";
import { uniformValues } from "../random.js";
import { leakedTensors } from "../testing/leaks.js";
import { fineTune } from "./fine-tune.js";
import type { FineTuned, FineTuneEvent, FineTuneOptions, ShotsHead } from "./options.js";
import { type Task, taskProgram } from "./task.js";

let engine: Engine;
beforeAll(async () => {
  engine = await createEagerEngine({ backend: "cpu" });
});
afterAll(() => engine.close());

const task: Task = {
  key: "test/tints",
  config: null,
  inputs: ["image"],
  enter: ({ image }) => image as tf.Tensor,
  score: () => ({}),
};
const model = createModel("resnet_cifar", { blocks: 1, widths: [4, 6, 8], numClasses: 3 });
const weights = initWeights(model, { seed: 5 });

/** Noise under one of three tints; other epochs have other noise. */
const tints = (size: number, first = 0): Source => ({
  size,
  load: async (indices, { epoch }) => ({
    image: {
      dtype: "float32",
      shape: [indices.length, 8, 8, 3],
      data: Float32Array.from(
        indices.flatMap((i) =>
          [...uniformValues({ seed: i + first + 1000 * epoch, site: "image" }, 192)].map(
            (noise, at) => noise + (at % 3 === i % 3 ? 3 : 0),
          ),
        ),
      ),
    },
    labels: {
      dtype: "int32",
      shape: [indices.length],
      data: Int32Array.from(indices, (i) => i % 3),
    },
  }),
});

const options = (given: Partial<FineTuneOptions> = {}): FineTuneOptions => ({
  engine,
  model,
  weights,
  task,
  train: tints(9),
  strategy: "few-shot",
  ...given,
});

async function run(given: Partial<FineTuneOptions> = {}) {
  const tuning = fineTune(options(given));
  const events: FineTuneEvent[] = [];
  for await (const event of tuning) events.push(event);
  return { events, ...tuning.result() };
}

async function logitsOf(tuned: FineTuned, source: Source): Promise<Float32Array> {
  const session = await engine.open({
    weights: tuned.weights,
    groups: paramGroups({ freeze: () => true }),
  });
  try {
    const rows = Array.from({ length: source.size }, (_, i) => i);
    const { image } = await source.load(rows, { epoch: 0 });
    const program = taskProgram({ task, model: tuned.model });
    const { outputs } = await session.run(program, { image: image! });
    return outputs.logits!.data as Float32Array;
  } finally {
    await session.close();
  }
}

const shotsHeads: readonly ShotsHead[] = ["discriminant", "prototype", "cosine"];

test.each(shotsHeads)(
  "%s: fitted without a step, told and saved as plain weights",
  async (shotsHead) => {
    const tuned = await run({ shotsHead });
    expect(tuned.events.map(({ type }) => type)).toEqual([
      "phase-start",
      "extract-progress",
      "extract-end",
      "phase-start",
      "head-fitted",
    ]);
    expect(tuned.events.at(-1)).toMatchObject({
      head: shotsHead,
      crossValidated: { count: 9, accuracy: 1 },
    });
    const logits = await logitsOf(tuned, tints(30, 500));
    const labels = Array.from({ length: 30 }, (_, i) => i % 3);
    expect(accuracy({ scores: logits, labels, numClasses: 3 })).toBeGreaterThan(0.95);
    const again = await run({ shotsHead });
    expect(again.weights).toEqual(tuned.weights);
    const changed = Object.keys(weights).filter((name) =>
      tuned.weights[name]!.data.some((value, i) => value !== weights[name]!.data[i]),
    );
    expect(changed).toEqual(["linear.weight", "linear.bias"]);

    const reread = modelFromConfig(JSON.parse(JSON.stringify(tuned.model.config)));
    expect(Object.keys(reread.specs)).toEqual(Object.keys(tuned.weights));
    expect([...(await logitsOf({ ...tuned, model: reread }, tints(30, 500)))]).toEqual([...logits]);
  },
);

test("views are further shots, and leave together when samples are judged", async () => {
  const { events } = await run({ views: 4 });
  expect(events.findLast(({ type }) => type === "extract-end")).toMatchObject({ count: 36 });
  expect(events.at(-1)).toMatchObject({ crossValidated: { count: 36 } });
});

test("one sample a class: the temperature is a guess, and no score is certain", async () => {
  const tuned = await run({ train: tints(3) });
  expect(tuned.events.at(-1)).not.toHaveProperty("crossValidated");
  const scores = softmax(await logitsOf(tuned, tints(30, 500)), { numClasses: 3 });
  expect(Math.max(...scores)).toBeLessThan(0.999);
});

test("a cosine head sees no lengths, and gives way to a plain one", async () => {
  const { model: turned } = await run({ shotsHead: "cosine" });
  expect(turned.stages.slice(-3).map(({ name }) => name)).toEqual(["pool", "direction", "linear"]);
  expect(turned.config.cosine_head).toBe(true);
  const plain = replaceHead(turned, 5);
  expect(plain.config).not.toHaveProperty("cosine_head");
  expect(Object.keys(plain.specs)).toEqual(Object.keys(model.specs));
});

test("a network without a linear head, a class without samples and a checkpoint are refused", async () => {
  const squeezenet = createModel("squeezenet1_1", { numClasses: 3 });
  const small = { model: squeezenet, weights: initWeights(squeezenet, { seed: 1 }) };
  const big: Source = {
    size: 3,
    load: async (indices) => ({
      image: {
        dtype: "float32",
        shape: [indices.length, 33, 33, 3],
        data: new Float32Array(indices.length * 33 * 33 * 3),
      },
    }),
  };
  await expect(run({ ...small, train: big })).rejects.toThrow(/no linear layer .* "probe"/);
  await expect(run({ train: tints(2) })).rejects.toThrow("The class 2 has no samples");
  const unlabelled: Source = {
    size: 3,
    load: async (indices, context) => {
      const { labels: _, ...rest } = await tints(3).load(indices, context);
      return rest;
    },
  };
  await expect(run({ train: unlabelled })).rejects.toThrow(/needs "labels" as class numbers/);
});

test("nothing is left behind", async () => {
  expect(await leakedTensors(() => run({ shotsHead: "cosine" }))).toBe(0);
});
