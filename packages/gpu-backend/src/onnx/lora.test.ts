import "@tensorflow/tfjs-backend-cpu";
import { lower, optimize, trace } from "@graft-ml/compiler";
import {
  adamw,
  addLora,
  type Batch,
  createBert,
  createEagerEngine,
  createModel,
  createPass,
  type Engine,
  type FloatWeights,
  hostRandom,
  initWeights,
  isLoraWeight,
  loraOnly,
  loraRanks,
  type Model,
  mergeLora,
  modelFromConfig,
  type Program,
  paramGroups,
  registerGradients,
  runStages,
  sgd,
} from "@graft-ml/core";
import type * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createNativeEngine } from "../node/engines.js";
import { classifierProgram, pictures } from "../testing/model-program.js";
import { textProgram } from "../testing/text-program.js";
import { stepOutputs } from "./program-outputs.js";

let native: Engine;
beforeAll(async () => {
  registerGradients();
  native = await createNativeEngine({ threads: 2 });
});
afterAll(() => native.close());

const bert = modelFromConfig({
  ...createBert("bert_tiny", { vocabSize: 30, numClasses: 2 }).config,
  ...{ hidden_dropout_prob: 0, attention_probs_dropout_prob: 0 },
});
const resnet = createModel("resnet", {
  ...{ block: "bottleneck", blocks: [1, 1], widths: [4, 6], stemWidth: 8, numClasses: 3 },
});
const isStatistic = (name: string): boolean => /running_(mean|var)$/.test(name);

const texts: Batch = {
  input_ids: { dtype: "int32", shape: [2, 4], data: Int32Array.of(3, 9, 2, 0, 7, 7, 1, 4) },
  attention_mask: { dtype: "int32", shape: [2, 4], data: Int32Array.of(1, 1, 1, 0, 1, 1, 1, 1) },
  labels: { dtype: "int32", shape: [2], data: Int32Array.of(0, 1) },
};

type Case = { model: Model; program: Program; batch: Batch; liveNorms?: boolean };

const pictureCase = (model: Model): Case => ({
  ...{ model, program: classifierProgram(model), batch: pictures(2, 32, 3) },
});
const textCase = (model: Model): Case => ({ model, program: textProgram(model), batch: texts });

/** Adapters that do something: at the start B is 0, and A then has no gradient. */
function weightsOf(model: Model): FloatWeights {
  const weights = initWeights(model, { seed: 2 });
  const moved = Object.keys(weights).filter((name) => name.endsWith("lora_B.weight"));
  const entries = moved.map((name) => {
    const tensor = weights[name]!;
    return [name, { ...tensor, data: tensor.data.map((_, at) => 0.2 * Math.cos(at)) }] as const;
  });
  return { ...weights, ...Object.fromEntries(entries) };
}

async function stepOf(engine: Engine, { model, program, batch, liveNorms = false }: Case) {
  const all = Object.entries(weightsOf(model));
  const live = (name: string) => liveNorms && isStatistic(name);
  const session = await engine.open({
    weights: Object.fromEntries(all.filter(([name]) => !live(name))),
    buffers: Object.fromEntries(all.filter(([name]) => live(name))),
    groups: paramGroups({ freeze: loraOnly(model) }),
    optimizer: sgd({ learningRate: 1, momentum: 0.9 }),
  });
  const { loss } = await session.step(program, batch);
  const after = await session.snapshot();
  await session.close();
  // What the first step leaves in the momentum is the gradient itself.
  return { loss, gradients: after.optimizer!.state.momentum! };
}

test.each([
  ["a ResNet's convolutions, frozen norms", pictureCase(addLora(resnet, { rank: 2 }))],
  [
    "all its convolutions, the batch's statistics",
    { ...pictureCase(addLora(resnet, { rank: 2, targets: "all" })), liveNorms: true },
  ],
  ["all linear layers of a BERT", textCase(addLora(bert, { rank: 4, targets: "all-linear" }))],
])(
  "%s: the compiled step is the eager one",
  async (_, each) => {
    const eager = await createEagerEngine({ backend: "cpu" });
    const expected = await stepOf(eager, each);
    await eager.close();
    const actual = await stepOf(native, each);
    expect(Math.abs(actual.loss / expected.loss - 1)).toBeLessThan(1e-5);
    const trained = Object.keys(loraRanks(each.model)).length * 2 + 2;
    expect(Object.keys(actual.gradients)).toHaveLength(trained);
    for (const [name, { data }] of Object.entries(expected.gradients)) {
      const scale = data.reduce((top, value) => Math.max(top, Math.abs(value)), 1e-3);
      const error = data.reduce(
        (top, value, at) => Math.max(top, Math.abs(value - actual.gradients[name]!.data[at]!)),
        0,
      );
      expect(error / scale, name).toBeLessThan(1e-4);
    }
  },
  60_000,
);

test.each([
  ["a ResNet", pictureCase(addLora(resnet, { rank: 2, targets: "all" }))],
  ["a BERT", textCase(addLora(bert, { rank: 4, targets: "all-linear" }))],
])("%s merged, compiled, computes what it did with adapters", async (_, { model, batch }) => {
  const lossOf = async (each: Model, weights: FloatWeights): Promise<number> => {
    const program = each.architecture === "bert" ? textProgram(each) : classifierProgram(each);
    const session = await native.open({ weights });
    const { loss = Number.NaN } = await session.run(program, batch);
    await session.close();
    return loss;
  };
  const merged = mergeLora(model, weightsOf(model));
  const expected = await lossOf(model, weightsOf(model));
  expect(Math.abs((await lossOf(merged.model, merged.weights)) / expected - 1)).toBeLessThan(1e-5);
});

test("training moves adapters and head to a lower loss, and not a bit of the rest", async () => {
  const { model, program, batch } = pictureCase(addLora(resnet, { rank: 2 }));
  const weights = initWeights(model, { seed: 2 });
  const frozen = loraOnly(model);
  const session = await native.open({
    ...{
      weights,
      groups: paramGroups({ freeze: frozen }),
      optimizer: adamw({ learningRate: 0.01 }),
    },
  });
  const { loss: first } = await session.step(program, batch);
  for (let step = 0; step < 20; step++) await session.step(program, batch);
  const { loss: last = Number.NaN } = await session.run(program, batch);
  const after = (await session.snapshot()).weights;
  await session.close();
  expect(last).toBeLessThan(0.7 * first);
  const moved = Object.keys(weights).filter((name) =>
    after[name]!.data.some((value, at) => value !== weights[name]!.data[at]),
  );
  expect(moved).toEqual(Object.keys(weights).filter((name) => !frozen(name)));
});

/** Shapes of what the kernels of one training step give, where these weights train. */
function kernelsOf({ model, program, batch }: Case, trains: (name: string) => boolean) {
  const weights = Object.keys(model.specs);
  let dispose = () => {};
  const graph = trace(
    (inputs) => {
      const params = Object.fromEntries(weights.map((name) => [name, inputs[name]!]));
      const fields = Object.keys(batch).map((name) => [name, inputs[`batch/${name}`]!] as const);
      const step = stepOutputs(
        program,
        {
          params,
          buffers: {},
          batch: Object.fromEntries(fields),
          random: hostRandom({ seed: 0 }),
          training: true,
        },
        weights.filter((name) => trains(name) && !isStatistic(name)),
      );
      dispose = step.dispose;
      return step.outputs;
    },
    {
      ...inputsFor(model),
      ...Object.fromEntries(
        Object.entries(batch).map(([name, { dtype, shape }]) => [
          `batch/${name}`,
          { type: dtype, shape },
        ]),
      ),
    },
  );
  dispose();
  return graph.nodes.map(({ op, outputs: [output = ""] }) => ({
    op,
    shape: (graph.values[output]?.shape ?? []) as readonly number[],
  }));
}

const inputsFor = (model: Model) =>
  Object.fromEntries(
    Object.entries(model.specs).map(
      ([name, { shape }]) => [name, { type: "float32", shape }] as const,
    ),
  );

describe("frozen weights get no gradient", () => {
  test("of filters: two small ones an adapter", () => {
    const model = addLora(resnet, { rank: 2 });
    const filters = (each: Model, trains: (name: string) => boolean) =>
      kernelsOf(pictureCase(each), trains).filter(({ op }) => op === "Conv2DBackpropFilter");
    const convolutions = Object.values(resnet.specs).filter(({ shape }) => shape.length === 4);
    expect(filters(resnet, () => true)).toHaveLength(convolutions.length);
    const frozen = loraOnly(model);
    const small = filters(model, (name) => !frozen(name));
    expect(small).toHaveLength(2 * Object.keys(loraRanks(model)).length);
    // [height, width, in, out]: two numbers lie between A and B.
    expect(small.every(({ shape: [, , from, to] }) => from === 2 || to === 2)).toBe(true);
  });

  test("of matrices: no product has the shape of one", () => {
    const model = addLora(bert, { rank: 4 });
    const width = 128;
    const products = (each: Model, trains: (name: string) => boolean) =>
      kernelsOf(textCase(each), trains).filter(
        ({ op, shape }) => op === "BatchMatMul" && shape.slice(-2).every((size) => size >= width),
      );
    const matrices = Object.keys(bert.specs).filter((name) => /(dense|self.*)\.weight$/.test(name));
    expect(products(bert, () => true)).toHaveLength(matrices.length);
    const frozen = loraOnly(model);
    expect(products(model, (name) => !frozen(name))).toHaveLength(0);
  });
});

test.each([
  ...["resnet18", "resnet50", "resnext50_32x4d", "resnet20_cifar10", "vgg11", "vgg11_bn"],
  ...["mobilenet_v1", "mobilenet_v2", "squeezenet1_0", "darknet_tiny"],
  ...["bert_tiny", "distilbert_base"],
])("%s reads each adapter that it can have", (name) => {
  const isText = name.includes("bert");
  const plain = isText ? createBert(name, { numClasses: 2 }) : createModel(name);
  const model = addLora(plain, { rank: 2, targets: "all" });
  const traced = trace(
    ({ x, ...params }) => {
      const pass = createPass({ training: false, random: hostRandom({ seed: 0 }), buffers: {} });
      return { y: runStages(model, params, x as tf.Tensor, pass) };
    },
    {
      ...inputsFor(model),
      x: isText ? { type: "int32", shape: [1, 4] } : { type: "float32", shape: [1, 64, 64, 3] },
    },
  );
  const { nodes } = optimize(lower(traced, { target: "native" }));
  const read = new Set(nodes.flatMap(({ inputs }) => inputs));
  const idle = Object.keys(model.specs).filter((key) => isLoraWeight(key) && !read.has(key));
  expect(idle).toEqual([]);
});
