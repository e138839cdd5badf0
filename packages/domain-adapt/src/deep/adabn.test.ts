import "@tensorflow/tfjs-backend-cpu";
import {
  arraySource,
  batchNorm,
  createEagerEngine,
  createModel,
  type Engine,
  type FloatWeights,
  featuresTask,
  initWeights,
  linear,
  type Model,
  type Norm,
  type Source,
  type TensorMap,
} from "@graft-ml/core";
import { formulaValues, leakedTensors, readGolden, worstDifference } from "@graft-ml/core/testing";
import type * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AdaptBatchNormOptions, adaptBatchNorm } from "./adabn.js";

const golden = readGolden<{ statistics: Record<string, number[]> }>(
  import.meta.url,
  "golden/deep-adaptation.json",
);

let engine: Engine;
beforeAll(async () => {
  engine = await createEagerEngine({ backend: "cpu" });
});
afterAll(() => engine.close());

const [WIDTH, HIDDEN] = [3, 4];
const constant = (value: number) => ({ kind: "constant", value }) as const;
const normSpecs = (name: string, width: number): Model["specs"] => ({
  [`${name}.weight`]: { shape: [width], role: "param", init: constant(1) },
  [`${name}.bias`]: { shape: [width], role: "param", init: constant(0) },
  [`${name}.running_mean`]: { shape: [width], role: "buffer", init: constant(0) },
  [`${name}.running_var`]: { shape: [width], role: "buffer", init: constant(1) },
});
const layerSpecs = (name: string, out: number, from: number): Model["specs"] => ({
  [`${name}.weight`]: { shape: [out, from], role: "param", init: { kind: "kaiming-uniform" } },
  [`${name}.bias`]: { shape: [out], role: "param", init: constant(0) },
});
const layerAt = (p: TensorMap, name: string) => ({
  weight: p[`${name}.weight`] as tf.Tensor2D,
  bias: p[`${name}.bias`] as tf.Tensor1D,
});
const normAt = (p: TensorMap, name: string) =>
  ({
    ...layerAt(p, name),
    running_mean: p[`${name}.running_mean`],
    running_var: p[`${name}.running_var`],
  }) as unknown as Norm;

const model: Model = {
  architecture: "two-norms",
  config: { architecture: "two-norms" },
  specs: {
    ...normSpecs("norm1", WIDTH),
    ...layerSpecs("middle", HIDDEN, WIDTH),
    ...normSpecs("norm2", HIDDEN),
    ...layerSpecs("head", 2, HIDDEN),
  },
  stages: [
    {
      name: "body",
      prefixes: ["norm1", "middle", "norm2"],
      apply: (p, x, pass) => {
        const y = linear(layerAt(p, "middle"), batchNorm(normAt(p, "norm1"), x, pass));
        return batchNorm(normAt(p, "norm2"), y, pass);
      },
    },
    { name: "head", prefixes: ["head"], apply: (p, x) => linear(layerAt(p, "head"), x) },
  ],
  classifier: "head",
  numClasses: 2,
  numFeatures: HIDDEN,
  trunk: { stage: "body", channels: HIDDEN },
};

/** The golden script's weights; scales lie from 0.5 to 1.5. */
const weights: FloatWeights = Object.fromEntries(
  Object.entries(initWeights(model, { seed: 1 })).map(([name, weight]) => {
    if (model.specs[name]!.role === "buffer" || name.startsWith("head")) return [name, weight];
    const low = /norm\d.weight/.test(name) ? [0.5, 1.5] : [-1, 1];
    return [name, { ...weight, data: formulaValues(name, weight.data.length, ...low) }];
  }),
);
const rows = (name: string, count: number, low: number, high: number): Source =>
  arraySource({
    features: {
      dtype: "float32",
      shape: [count, WIDTH],
      data: formulaValues(name, count * WIDTH, low, high),
    },
  });

async function adapted(more: Partial<AdaptBatchNormOptions> = {}) {
  const counts: number[] = [];
  const target = rows("adabn", 12, -1, 3);
  const running = adaptBatchNorm({ engine, model, weights, task: featuresTask(), target, ...more });
  for (;;) {
    const { done, value } = await running.next();
    if (done) return { counts, weights: value };
    counts.push(value.count);
  }
}

test("the statistics of one batch are torch's, layer after layer, and nothing else changes", async () => {
  const { weights: found, counts } = await adapted();
  expect(counts).toEqual([12]);
  expect(Object.keys(found)).toEqual(Object.keys(weights));
  for (const [name, weight] of Object.entries(found)) {
    const wanted = golden.statistics[name];
    if (wanted) expect(worstDifference(weight.data, wanted)).toBeLessThan(2e-6);
    else expect(weight).toBe(weights[name]);
  }
});

test("batches make one whole: the first norm's mean, and its variance but for the batches' corrections", async () => {
  const target = rows("many", 203, 0, 4);
  const { weights: whole } = await adapted({ target, batchSize: 203 });
  const { weights: parts, counts } = await adapted({ target, batchSize: 50 });
  expect(counts).toEqual([50, 101, 152, 203]);
  const [mean, variance] = ["norm1.running_mean", "norm1.running_var"] as const;
  expect(worstDifference(parts[mean]!.data, whole[mean]!.data)).toBeLessThan(1e-5);
  expect(worstDifference(parts[variance]!.data, whole[variance]!.data)).toBeLessThan(0.03);
});

test("a real architecture's statistics all move, and no tensor is left", async () => {
  const resnet = createModel("resnet_cifar", { blocks: 1, widths: [3, 4, 5], numClasses: 2 });
  const own = initWeights(resnet, { seed: 1 });
  const target = arraySource({
    image: { dtype: "float32", shape: [6, 8, 8, 3], data: formulaValues("image", 6 * 192, 0, 2) },
  });
  const task = { ...featuresTask(), inputs: ["image"], enter: ({ image }: TensorMap) => image! };
  let found: FloatWeights = {};
  const leaked = await leakedTensors(async () => {
    ({ weights: found } = await adapted({
      model: resnet,
      weights: own,
      task,
      target,
      batchSize: 3,
    }));
  });
  expect(leaked).toBe(0);
  for (const [name, { role }] of Object.entries(resnet.specs)) {
    if (role === "param") expect(found[name]).toBe(own[name]);
    else expect(found[name]!.data).not.toEqual(own[name]!.data);
    expect(found[name]!.data.every(Number.isFinite)).toBe(true);
  }
});

test("no batch norm, no samples, and a stop are told", async () => {
  const specs = layerSpecs("head", 2, HIDDEN);
  await expect(adapted({ model: { ...model, specs } })).rejects.toThrow(/no batch norm/);
  const empty = { size: 0, load: async () => ({}) };
  await expect(adapted({ target: empty })).rejects.toThrow(/no samples/);
  await expect(adapted({ signal: AbortSignal.abort() })).rejects.toThrow(/stopped after 0/);
});
