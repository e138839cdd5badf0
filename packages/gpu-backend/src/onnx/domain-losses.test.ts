import "@tensorflow/tfjs-backend-cpu";
import {
  arraySource,
  type Batch,
  createEagerEngine,
  createModel,
  type Engine,
  featuresTask,
  initWeights,
  linear,
  type Model,
  paramGroups,
  relu,
  sgd,
} from "@graft-ml/core";
import { formulaValues } from "@graft-ml/core/testing";
import {
  type AdaptationOptions,
  adaptationNames,
  adaptationProgram,
  adaptBatchNorm,
  deepAdaptation,
  meanTeacherProgram,
  teacherWeights,
  withTeacher,
} from "@graft-ml/domain-adapt";
import type * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createNativeEngine } from "../node/engines.js";

let engines: Engine[];
beforeAll(async () => {
  engines = [await createEagerEngine({ backend: "cpu" }), await createNativeEngine({ threads: 2 })];
});
afterAll(async () => {
  for (const engine of engines) await engine.close();
});

const [SAMPLES, WIDTH, HIDDEN, CLASSES] = [6, 5, 7, 3];
const layer = (name: string, out: number, from: number) => ({
  [`${name}.weight`]: { shape: [out, from], role: "param", init: { kind: "kaiming-uniform" } },
  [`${name}.bias`]: { shape: [out], role: "param", init: { kind: "uniform", bound: 0.3 } },
});
const at = (params: Readonly<Record<string, tf.Tensor>>, name: string) => ({
  weight: params[`${name}.weight`] as tf.Tensor2D,
  bias: params[`${name}.bias`] as tf.Tensor1D,
});
const model = {
  architecture: "two-layers",
  config: { architecture: "two-layers" },
  specs: { ...layer("body", HIDDEN, WIDTH), ...layer("head", CLASSES, HIDDEN) },
  stages: [
    { name: "body", prefixes: ["body"], apply: (p, x) => relu(linear(at(p, "body"), x)) },
    { name: "head", prefixes: ["head"], apply: (p, x) => linear(at(p, "head"), x) },
  ],
  classifier: "head",
  numClasses: CLASSES,
  numFeatures: HIDDEN,
  trunk: { stage: "body", channels: HIDDEN },
} as Model;

const floats = (name: string) =>
  ({
    dtype: "float32",
    shape: [SAMPLES, WIDTH],
    data: formulaValues(name, SAMPLES * WIDTH),
  }) as const;
const batchAt = (ramp: number): Batch => ({
  features: floats("source"),
  labels: { dtype: "int32", shape: [SAMPLES], data: Int32Array.of(0, 1, 2, 0, 1, 2) },
  "target/features": floats("target"),
  ramp: { dtype: "float32", shape: [SAMPLES], data: new Float32Array(SAMPLES).fill(ramp) },
});

const sizes = { features: HIDDEN, classes: CLASSES, hidden: 4 };
const cases: [name: string, options: Partial<AdaptationOptions>][] = [
  ...adaptationNames.map((name): [string, object] => [name, {}]),
  ["cdan-e", { widest: 9 }],
  ["dan", { estimate: "unbiased" }],
  ["dan", { estimate: "linear", kernels: { width: 2, multipliers: [0.5, 2] } }],
];

test.each(cases)(
  "%s %o gives the same compiled as eager, and one program for every ramp",
  async (name, options) => {
    const adaptation = deepAdaptation(name as (typeof adaptationNames)[number], {
      ...sizes,
      ...options,
    });
    const program = adaptationProgram({ task: featuresTask(), model, adaptation });
    const all = { ...model, specs: { ...model.specs, ...adaptation.specs } };
    const weights = initWeights(all, { seed: 1 });
    const groups = paramGroups({ freeze: (weight) => adaptation.fixed?.(weight) === true });
    const runs: number[][] = [];
    for (const engine of engines) {
      const session = await engine.open({ weights, groups, optimizer: sgd({ learningRate: 0.1 }) });
      const seen: number[] = [];
      for (const ramp of [0, 0.3, 1]) {
        const { loss, metrics, gradNorm } = await session.step(program, batchAt(ramp));
        seen.push(loss, metrics.taskLoss!, metrics.penalty!, gradNorm);
      }
      const { compiledPrograms } = session.memory();
      expect(compiledPrograms).toBe(engine.name === "eager" ? 0 : 1);
      const { outputs } = await session.run(program, batchAt(1));
      seen.push(...(outputs["target/logits"]!.data as Float32Array));
      const after = (await session.snapshot()).weights;
      for (const { data } of Object.values(after)) seen.push(...data);
      runs.push(seen);
      await session.close();
    }
    expectAlike(runs);
  },
);

/** The compiled engine's numbers are the eager one's. */
function expectAlike([eager = [], compiled = []]: readonly (readonly number[])[]): void {
  expect(eager.length).toBeGreaterThan(0);
  expect(eager.every(Number.isFinite)).toBe(true);
  expect(compiled).toHaveLength(eager.length);
  const worst = eager.reduce(
    (most, value, i) => Math.max(most, Math.abs(value - compiled[i]!) / (1 + Math.abs(value))),
    0,
  );
  expect(worst).toBeLessThan(2e-5);
}

test("a mean teacher's steps, and what it is judged by, are the same compiled as eager", async () => {
  const program = meanTeacherProgram({ task: featuresTask(), model, decay: 0.8, threshold: 0.3 });
  const held = withTeacher({ weights: initWeights(model, { seed: 1 }), buffers: {} }, () => true);
  const runs: number[][] = [];
  for (const engine of engines) {
    const session = await engine.open({ ...held, optimizer: sgd({ learningRate: 0.1 }) });
    const seen: number[] = [];
    for (const ramp of [0.2, 0.6, 1]) {
      const batch = { ...batchAt(ramp), "target/view/features": floats("view") };
      const { loss, metrics } = await session.step(program, batch);
      seen.push(loss, metrics.taskLoss!, metrics.penalty!);
    }
    const { features, labels } = batchAt(1);
    seen.push((await session.run(program, { features: features!, labels: labels! })).loss!);
    const after = teacherWeights(await session.snapshot());
    for (const { data } of Object.values(after)) seen.push(...data);
    runs.push(seen);
    await session.close();
  }
  expectAlike(runs);
});

test("the statistics of batch norm on a new domain are the same compiled as eager", async () => {
  const resnet = createModel("resnet_cifar", { blocks: 1, widths: [3, 4, 5], numClasses: 2 });
  const image = {
    dtype: "float32",
    shape: [5, 8, 8, 3],
    data: formulaValues("image", 960),
  } as const;
  const weights = initWeights(resnet, { seed: 1 });
  const enter = (batch: Readonly<Record<string, tf.Tensor>>) => batch.image!;
  const task = { ...featuresTask(), inputs: ["image"], enter };
  const runs: number[][] = [];
  for (const engine of engines) {
    const target = arraySource({ image });
    const running = adaptBatchNorm({ engine, model: resnet, weights, task, target, batchSize: 2 });
    let next = await running.next();
    while (!next.done) next = await running.next();
    runs.push(Object.values(next.value).flatMap(({ data }) => Array.from(data)));
  }
  expectAlike(runs);
});
