import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arraySource } from "../data/array-source.js";
import { createEagerEngine } from "../engine/eager.js";
import type { Batch, Engine } from "../engine.js";
import { fineTune } from "../fine-tune/fine-tune.js";
import type { FineTuneCheckpoint, FineTuneEvent, FineTuneOptions } from "../fine-tune/options.js";
import { type Task, taskProgram } from "../fine-tune/task.js";
import { registerGradients } from "../gradients.js";
import { initWeights } from "../models/init-weights.js";
import type { Model } from "../models/model.js";
import { createModel } from "../models/registry.js";
import { linear } from "../nn/linear.js";
import { hostRandom, uniformValues } from "../random.js";
import { formulaValues } from "../testing/formula.js";
import { checkGradients } from "../testing/gradients.js";
import { leakedTensors } from "../testing/leaks.js";
import type { FloatWeights } from "../weights/host-tensor.js";
import { multiLabel } from "./multi-label.js";
import type { Objective } from "./objective.js";
import { measureTargets, regression } from "./regression.js";

let engine: Engine;
beforeAll(async () => {
  engine = await createEagerEngine({ backend: "cpu" });
  registerGradients();
});
afterAll(() => engine.close());

const float = (width: number, values: readonly number[]): Batch[string] => ({
  dtype: "float32",
  shape: [values.length / width, width],
  data: Float32Array.from(values),
});

const scale = { mean: [10, -2], std: [4, 0.5] };
const objectives: readonly (readonly [string, Objective])[] = [
  ["cross-entropy", multiLabel({ positiveWeight: [3, 0.5], labelSmoothing: 0.1 })],
  ["weighted labels", multiLabel({ labelWeight: [3, 0.5] })],
  ["focal", multiLabel({ focal: {} })],
  ["mse", regression(scale)],
  ["huber", regression({ ...scale, loss: { kind: "huber", delta: 0.7 } })],
  ["smooth L1", regression({ ...scale, loss: { kind: "smooth-l1", delta: 0.7 } })],
];

const resnet = createModel("resnet_cifar", { blocks: 1, widths: [3, 4, 5], numClasses: 2 });

/** The mean of each channel, and one linear layer. */
const model: Model = {
  architecture: "means",
  config: { architecture: "means" },
  specs: {
    "fc.weight": { shape: [2, 3], init: { kind: "normal", std: 0.1 }, role: "param" },
    "fc.bias": { shape: [2], init: { kind: "constant", value: 0 }, role: "param" },
  },
  stages: [
    { name: "pool", prefixes: [], apply: (_, x) => tf.mean(x, [1, 2]) },
    {
      name: "fc",
      prefixes: ["fc"],
      apply: (params, x) =>
        linear(
          { weight: params["fc.weight"] as tf.Tensor2D, bias: params["fc.bias"] as tf.Tensor1D },
          x as tf.Tensor2D,
        ),
    },
  ],
  classifier: "fc",
  numClasses: 2,
  numFeatures: 3,
  trunk: { stage: "pool", channels: 3 },
};
const taskOf = (objective: Objective): Task => ({
  ...objective,
  key: `test/${objective.name}`,
  inputs: ["image"],
  enter: ({ image }) => image!,
});

test.each(objectives)("the gradient of %s is that of its values", async (_, objective) => {
  const leaked = await leakedTensors(() =>
    tf.tidy(() => {
      const targets =
        objective.name === "regression"
          ? tf.tensor2d([12, -1.5, 3, -2.2, 9, -3], [3, 2])
          : tf.tensor2d([1, 0, 0, 1, 1, 1], [3, 2]);
      const batch = { targets, weight: tf.tensor1d([1, 0.5, 0]) };
      const input = { params: {}, buffers: {}, batch, random: hostRandom({ seed: 0 }) };
      const loss = (x: tf.Tensor) => objective.score(x, { ...input, training: true }).loss!;
      const logits = tf.tensor2d([0.3, -1.2, 1.1, 0.4, 2, -2], [3, 2]);
      expect(checkGradients((x) => loss(x!), [logits]).worst).toBeLessThan(2e-3);
      expect(objective.score(tf.zeros([3, 2]), { ...input, batch: {}, training: false })).toEqual(
        {},
      );
    }),
  );
  expect(leaked).toBe(0);
});

const SIZE = 24;
const images = Array.from({ length: SIZE }, (_, i) => uniformValues({ seed: i, site: "x" }, 192));
/** Brightness decides: two labels that hold together, or two numbers far from 0. */
const tints = images.map((_, i) => [(i % 4) / 3, (i % 3) / 2] as const);
const source = (kind: string) =>
  arraySource({
    image: {
      dtype: "float32",
      shape: [SIZE, 8, 8, 3],
      data: Float32Array.from(
        images.flatMap((image, i) =>
          Array.from(
            image,
            (v, at) => v / 4 + (at % 3 === 2 ? 0 : tints[i]![at % 3 === 0 ? 0 : 1]),
          ),
        ),
      ),
    },
    targets: float(
      2,
      tints.flatMap(([a, b]) =>
        kind === "regression" ? [100 + 20 * a, b - 7] : [+(a > 0.5), +(b > 0.4)],
      ),
    ),
  });

const scaleHere = measureTargets(tints.map(([a, b]) => [100 + 20 * a, b - 7]));
const weights = initWeights(resnet, { seed: 5 });

async function run(objective: Objective, options: Partial<FineTuneOptions> = {}) {
  const here = source(objective.name);
  const tuning = fineTune({
    engine,
    model,
    task: taskOf(objective),
    train: here,
    validation: here,
    batchSize: 8,
    head: { epochs: 40, rate: 0.05, weightDecay: 0 },
    ...options,
  });
  const events: FineTuneEvent[] = [];
  for await (const event of tuning) events.push(event);
  const ends = events.flatMap((event) => (event.type === "epoch-end" ? [event.metrics] : []));
  return { ends, events, weights: tuning.result().weights };
}

async function outputs(
  learned: FloatWeights,
  objective: Objective,
  model: Model,
): Promise<number[]> {
  const session = await engine.open({ weights: learned });
  const [batch] = [await source(objective.name).load([0, 1, 2, 3, 4, 5], { epoch: 0 })];
  const program = taskProgram({ model, task: taskOf(objective) });
  const { outputs: found } = await session.run(program, batch);
  await session.close();
  return Array.from(found.logits!.data as Float32Array);
}

test("a network learns several labels, and stops on their average precision", async () => {
  const earlyStopping = { metric: "meanAveragePrecision", mode: "max", patience: 3 } as const;
  const { ends, events } = await run(multiLabel(), { earlyStopping });
  expect(Object.keys(ends[0]!)).toEqual([
    "loss",
    "meanAveragePrecision",
    "microF1",
    "macroF1",
    "exactMatch",
  ]);
  expect(ends.at(-1)!.meanAveragePrecision).toBeGreaterThan(0.99);
  const best = events.find(({ type }) => type === "best-restored");
  expect(best).toMatchObject({ metric: "meanAveragePrecision" });
  expect(JSON.parse(JSON.stringify(events))).toEqual(events);
});

test("a network learns numbers and ends with weights that give them plainly", async () => {
  const objective = regression(scaleHere);
  const { ends, weights: learned } = await run(objective, {
    earlyStopping: { metric: "mae", mode: "min", patience: 20 },
  });
  expect(ends.at(-1)!.r2).toBeGreaterThan(0.9);
  const said = await outputs(learned, objective, model);
  const meant = tints.slice(0, 6).flatMap(([a, b]) => [100 + 20 * a, b - 7]);
  for (const [i, value] of said.entries()) {
    expect(Math.abs(value - meant[i]!)).toBeLessThan(i % 2 === 0 ? 2 : 0.1);
  }
});

test("numbers stay plain with adapters, whole training and resume, to the same bytes", async () => {
  const saved: FineTuneCheckpoint[] = [];
  const objective = regression(scaleHere);
  const options = {
    model: resnet,
    weights,
    strategy: "finetune" as const,
    head: { epochs: 20, rate: 0.05, weightDecay: 0 },
    tail: { epochs: 2, rate: 1e-3 },
    learners: { rank: 2 },
    mix: { mixup: 0.2 },
  };
  const checkpoint = {
    everySteps: 3,
    save: async (one: FineTuneCheckpoint) => void saved.push(structuredClone(one)),
  };
  const whole = await run(objective, { ...options, checkpoint });
  expect(whole.ends.at(-1)!.mae).toBeLessThan(5);
  expect((await outputs(whole.weights, objective, resnet))[0]).toBeGreaterThan(90);
  const resume = saved.find(({ phase, step }) => phase === "tail" && step === 3)!;
  expect((await run(objective, { ...options, resume })).weights).toEqual(whole.weights);
});

test("mixed labels are blended: the loss is linear in them", () => {
  tf.tidy(() => {
    const program = taskProgram({ model: resnet, task: taskOf(multiLabel()), from: "linear" });
    const params = Object.fromEntries(
      Object.entries(weights).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
    );
    const features = tf.tensor2d(formulaValues("features", 10, 0, 1), [2, 5]);
    const lossOf = (batch: Record<string, tf.Tensor>) =>
      program
        .run({ params, buffers: {}, batch, random: hostRandom({ seed: 0 }), training: true })
        .loss!.dataSync()[0]!;
    const targets = tf.tensor2d([1, 0, 0, 1], [2, 2]);
    const mix = { mixPartner: tf.tensor1d([1, 0], "int32"), mixShare: tf.tensor1d([0.25, 1]) };
    const mixed = tf.tensor2d([...features.arraySync().flat()], [2, 5]);
    const [a, b] = features.arraySync() as [number[], number[]];
    const blended = tf.tensor2d([a.map((v, i) => 0.25 * v + 0.75 * b[i]!), b]);
    const soft = tf.tensor2d([0.25, 0.75, 0, 1], [2, 2]);
    const expected = lossOf({ features: blended, targets: soft });
    expect(lossOf({ features: mixed, targets, ...mix })).toBeCloseTo(expected, 6);
  });
});
