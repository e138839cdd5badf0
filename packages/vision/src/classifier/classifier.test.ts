import "@tensorflow/tfjs-backend-cpu";
import {
  createEagerEngine,
  createModel,
  defaultCut,
  type Engine,
  type FineTuneCheckpoint,
  type FineTuneEvent,
  type FloatWeights,
  initWeights,
  type Source,
} from "@graft-ml/core";
import { leakedTensors } from "@graft-ml/core/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { flip } from "../picture/geometry.js";
import type { Picture } from "../picture/picture.js";
import { pictureBatch } from "../picture/preprocess.js";
import { preprocessStyle } from "../picture/preprocess-config.js";
import { noisePicture } from "../testing.js";
import { type TrainClassifierOptions, trainClassifier } from "./classifier.js";
import { openClassifier } from "./predict.js";

const model = createModel("resnet_cifar", { blocks: 1, widths: [4, 6, 8], numClasses: 3 });
const weights = initWeights(model, { seed: 5 });
const preprocess = preprocessStyle("torch", { size: [8, 8] });

let engine: Engine;
beforeAll(async () => {
  engine = await createEagerEngine({ backend: "cpu" });
});
afterAll(() => engine.close());

/** Noise under one of three tints; odd epochs are mirrored. */
function tinted(i: number): Picture {
  const { data, ...size } = noisePicture(i, { width: 8, height: 8 });
  return { ...size, data: data.map((byte, at) => (at % 3 === i % 3 ? 200 : 40) + byte / 6) };
}

const pictures = (count: number, first = 0): Source => ({
  size: count,
  load: async (indices, { epoch }) => ({
    image: pictureBatch(
      indices.map((i) => (epoch % 2 === 1 ? flip(tinted(i + first)) : tinted(i + first))),
    ),
    labels: {
      dtype: "int32",
      shape: [indices.length],
      data: Int32Array.from(indices, (i) => (i + first) % 3),
    },
  }),
});

const base = (): TrainClassifierOptions => ({
  engine,
  model,
  weights,
  preprocess,
  train: pictures(30),
  validation: pictures(9, 90),
  batchSize: 8,
  head: { epochs: 20, rate: 0.02 },
  tail: { epochs: 3, rate: 1e-3 },
});

async function run(options: TrainClassifierOptions) {
  const training = trainClassifier(options);
  const events: FineTuneEvent[] = [];
  for await (const event of training) events.push(event);
  return { events, weights: training.result().weights };
}

async function accuracy(trained: FloatWeights): Promise<number> {
  const classes = ["r", "g", "b"];
  const classifier = await openClassifier({ engine, model, weights: trained, preprocess, classes });
  try {
    for await (const event of classifier.evaluate(pictures(9, 90))) {
      if (event.type === "eval-end") return event.accuracy;
    }
    return Number.NaN;
  } finally {
    await classifier.close();
  }
}

const ends = (events: readonly FineTuneEvent[]) =>
  events.filter((event) => event.type === "epoch-end");

const changed = (trained: FloatWeights): string[] =>
  Object.keys(model.specs).filter((name) =>
    trained[name]!.data.some((value, i) => value !== weights[name]!.data[i]),
  );

test("a probe learns the head alone, and what it says of itself holds from the pictures on", async () => {
  const { events, weights: trained } = await run({ ...base(), strategy: "probe" });
  const last = ends(events).at(-1)!;
  expect(last.metrics.accuracy).toBe(1);
  expect(await accuracy(trained)).toBe(1);
  expect(changed(trained)).toEqual(["linear.weight", "linear.bias"]);
  expect(events.filter((e) => e.type === "phase-start").map((e) => e.phase)).toEqual([
    "features",
    "head",
  ]);
  expect(events.filter((e) => e.type === "extract-end").map((e) => e.count)).toEqual([30, 9]);
  expect(JSON.parse(JSON.stringify(events))).toEqual(events);
});

test("fine-tuning moves the stages after the cut, running statistics apart", async () => {
  const { events, weights: trained } = await run(base());
  expect(defaultCut(model)).toBe("layer2");
  const moved = changed(trained);
  expect(moved.every((name) => name.startsWith("layer3") || name.startsWith("linear"))).toBe(true);
  expect(moved.some((name) => name.startsWith("layer3.0.conv1"))).toBe(true);
  expect(moved.some((name) => name.includes("running"))).toBe(false);
  expect(ends(events).at(-1)!.metrics.accuracy).toBe(1);
  expect(await accuracy(trained)).toBe(1);
});

test("cached and uncached fine-tuning on plain pictures agree", async () => {
  const plain = pictures(30);
  const train: Source = { ...plain, load: (indices) => plain.load(indices, { epoch: 0 }) };
  const options = { ...base(), train, strategy: "finetune" as const };
  const cached = await run(options);
  const fresh = await run({ ...options, views: "fresh" });
  for (const name of Object.keys(model.specs)) {
    const gap = Math.max(
      ...cached.weights[name]!.data.map((v, i) => Math.abs(v - fresh.weights[name]!.data[i]!)),
    );
    expect(gap, name).toBeLessThan(1e-4);
  }
});

test("views are cached one by one, and epochs take turns", async () => {
  const { events } = await run({ ...base(), strategy: "probe", views: 3, head: { epochs: 2 } });
  expect(events.filter((e) => e.type === "extract-end").map((e) => e.count)).toEqual([90, 9]);
});

test("from scratch everything learns, running statistics too", async () => {
  const { weights: _, ...options } = base();
  const { events, weights: trained } = await run({
    ...options,
    strategy: "scratch",
    tail: { epochs: 2, rate: 3e-3 },
  });
  expect(changed(trained)).toHaveLength(Object.keys(model.specs).length);
  expect(events.some((e) => e.type === "extract-end")).toBe(false);
});

test("the same seed gives the same bytes, and so does a run resumed in either phase", async () => {
  const saved: FineTuneCheckpoint[] = [];
  const checkpoint = {
    everySteps: 5,
    save: async (state: FineTuneCheckpoint) => void saved.push(structuredClone(state)),
  };
  const options = { ...base(), strategy: "finetune" as const, head: { epochs: 3 } };
  const whole = await run({ ...options, checkpoint });
  for (const phase of ["head", "tail"] as const) {
    const middle = saved.find((state) => state.phase === phase && state.step === 5)!;
    const resumed = await run({ ...options, resume: middle });
    expect(resumed.weights).toEqual(whole.weights);
  }
});

test("an abort saves where it stands, closes its session and leaks nothing", async () => {
  const saved: FineTuneCheckpoint[] = [];
  const leaked = await leakedTensors(async () => {
    const controller = new AbortController();
    const checkpoint = { save: async (s: FineTuneCheckpoint) => void saved.push(s) };
    const events = trainClassifier({ ...base(), signal: controller.signal, checkpoint });
    const reading = (async () => {
      for await (const e of events) if (e.type === "step-end" && e.step === 6) controller.abort();
    })();
    await expect(reading).rejects.toThrow(/stopped after step 6/);
    expect(() => events.result()).toThrow(/has not ended/);
  });
  expect(saved.at(-1)).toMatchObject({ phase: "head", step: 6 });
  expect(leaked).toBe(0);
});

test("a whole training leaves no tensor behind", async () => {
  const options = { ...base(), strategy: "finetune", tail: { epochs: 1 } } as const;
  expect(await leakedTensors(() => run({ ...options, head: { epochs: 1 } }))).toBe(0);
});

test("predictions: probabilities that add up to 1, the likeliest first", async () => {
  const { weights: trained } = await run(base());
  const classes = ["r", "g", "b"];
  const classifier = await openClassifier({ engine, model, weights: trained, preprocess, classes });
  const predictions = await classifier.predict([tinted(0), tinted(4), tinted(8)], { top: 3 });
  await classifier.close();
  expect(predictions.map(({ top }) => top[0]!.label)).toEqual(["r", "g", "b"]);
  for (const { top } of predictions) {
    expect(top.reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(1, 9);
    expect(top[0]!.score).toBeGreaterThan(top[1]!.score);
  }
});

test("wrong options are refused with what would be right", async () => {
  await expect(run({ ...base(), strategy: "finetune", cut: "layer7" })).rejects.toThrow(
    /can't be cut at "layer7"; its cuts are stem, layer1, layer2, layer3, pool/,
  );
  const { "layer1.0.conv1.weight": _, ...rest } = weights;
  await expect(run({ ...base(), weights: rest })).rejects.toThrow(/lack "layer1.0.conv1.weight"/);
  await expect(
    openClassifier({ engine, model, weights, preprocess, classes: ["a"] }),
  ).rejects.toThrow(/1 class names for a model of 3/);
});
