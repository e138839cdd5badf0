import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Source } from "../data/batch.js";
import { createEagerEngine } from "../engine/eager.js";
import type { Engine, SessionOptions } from "../engine.js";
import { memoryFeatureStore } from "../features/feature-store.js";
import { crossEntropy } from "../loss/cross-entropy.js";
import { initWeights } from "../models/init-weights.js";
import { createModel } from "../models/registry.js";
import { uniformValues } from "../random.js";
import { type FindRatesEvent, type FindRatesOptions, findRates } from "./find-rates.js";
import { fineTune } from "./fine-tune.js";
import type { FineTuneOptions } from "./options.js";
import type { Task } from "./task.js";

let engine: Engine;
beforeAll(async () => {
  engine = await createEagerEngine({ backend: "cpu" });
});
afterAll(() => engine.close());

const task: Task = {
  key: "test/brightness",
  config: null,
  inputs: ["image"],
  enter: ({ image }) => image!,
  score: (logits, { batch }) =>
    batch.labels
      ? { loss: crossEntropy({ logits: logits as tf.Tensor2D, labels: batch.labels }) }
      : {},
};
const model = createModel("resnet_cifar", { blocks: 1, widths: [3, 4, 5], numClasses: 2 });
/** Bright and dark noise. */
const train: Source = {
  size: 12,
  load: async (indices) => ({
    image: {
      dtype: "float32",
      shape: [indices.length, 8, 8, 3],
      data: Float32Array.from(
        indices.flatMap((i) => [
          ...uniformValues({ seed: i, site: "image" }, 192).map((value) => value + (i % 2)),
        ]),
      ),
    },
    labels: {
      dtype: "int32",
      shape: [indices.length],
      data: Int32Array.from(indices, (i) => i % 2),
    },
  }),
};

const options = (change: Partial<FindRatesOptions> = {}): FindRatesOptions => ({
  engine,
  model,
  weights: initWeights(model, { seed: 5 }),
  task,
  train,
  batchSize: 4,
  strategy: "finetune",
  cut: "layer1",
  head: { epochs: 2 },
  tail: { epochs: 2 },
  range: { from: 1e-4, steps: 40 },
  ...change,
});

async function find(given: FindRatesOptions) {
  const events: FindRatesEvent[] = [];
  const finding = findRates(given);
  for (;;) {
    const { done, value } = await finding.next();
    if (done) return { events, found: value };
    events.push(value);
  }
}

async function tuned(given: FineTuneOptions) {
  const tuning = fineTune(given);
  for await (const _ of tuning);
  return tuning.result().weights;
}

test("the head and the last phase each get a rate, and nothing else is different afterwards", async () => {
  const { range: _, ...given } = options();
  const before = structuredClone(given.weights);
  const untouched = await tuned(given);
  const tensors = tf.memory().numTensors;
  const open: SessionOptions[] = [];
  let closed = 0;
  const watched: Engine = {
    ...engine,
    open: async (one) => {
      open.push(one);
      const session = await engine.open(one);
      return { ...session, close: () => session.close().finally(() => (closed += 1)) };
    },
  };
  const store = memoryFeatureStore();
  const { events, found } = await find(options({ ...given, store, engine: watched }));
  expect(found.map(({ phase }) => phase)).toEqual(["head", "tail"]);
  for (const { suggestion, curve } of found) {
    expect(suggestion!.valley).toBeGreaterThan(1e-4);
    expect(suggestion!.valley).toBeLessThan(curve.at(-1)!.rate);
  }
  expect(events.filter(({ type }) => type === "lr-find-end")).toMatchObject(found);
  expect(JSON.parse(JSON.stringify(events))).toEqual(events);
  expect(closed).toBe(open.length);
  expect(tf.memory().numTensors).toBe(tensors);
  expect(given.weights).toEqual(before);
  expect(await tuned({ ...given, store })).toEqual(untouched);
});

test("the last phase is tested on a head that was trained at its own rate, else at the one found", async () => {
  const tailLosses = async (head: FineTuneOptions["head"] & object) => {
    const { found } = await find(options({ head }));
    return found[1]!.curve.slice(0, 3).map(({ loss }) => loss);
  };
  const { found } = await find(options());
  const rate = found[0]!.suggestion!.valley;
  const own = found[1]!.curve.slice(0, 3).map(({ loss }) => loss);
  expect(await tailLosses({ epochs: 2, rate })).toEqual(own);
  expect(await tailLosses({ epochs: 2, rate: 1e-5 })).not.toEqual(own);
});

test("one test where there is one phase; the last of a gradual unfreezing; an abort ends it", async () => {
  const phasesOf = async (change: Partial<FindRatesOptions>) =>
    (await find(options(change))).found.map(({ phase }) => phase);
  const range = { steps: 10 };
  expect(await phasesOf({ strategy: "probe", range })).toEqual(["head"]);
  expect(await phasesOf({ strategy: "scratch", range })).toEqual(["tail"]);
  expect(await phasesOf({ strategy: "gradual", range })).toEqual(["head", "tail-2"]);
  const signal = AbortSignal.abort();
  await expect(find(options({ signal }))).rejects.toMatchObject({ code: "aborted" });
});
