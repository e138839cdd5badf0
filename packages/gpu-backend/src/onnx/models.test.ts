import "@tensorflow/tfjs-backend-cpu";
import {
  createEagerEngine,
  createModel,
  type Engine,
  type FloatWeights,
  globalAveragePool,
  isUnder,
  type Model,
  replaceHead,
  sgd,
} from "@graft-ml/core";
import type * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createNativeEngine } from "../node/engines.js";
import { classifierProgram, fingerprint, pictures, startOf } from "../testing/model-program.js";

let native: Engine;
beforeAll(async () => {
  native = await createNativeEngine({ threads: 2 });
});
afterAll(() => native.close());

type Options = { size: number; frozenNorms: boolean };

/** Every gradient and moved statistic of one step, and the forward pass's logits. */
async function stepOf(engine: Engine, model: Model, { size, frozenNorms }: Options) {
  const { weights, buffers } = startOf(model);
  const program = classifierProgram(model);
  const batch = pictures(4, size, model.numClasses);
  const session = await engine.open({
    ...(frozenNorms
      ? {
          weights: { ...weights, ...buffers },
          groups: (name) => ({ rate: 1, decay: 0, frozen: Object.hasOwn(buffers, name) }),
        }
      : { weights, buffers }),
    optimizer: sgd({ learningRate: 1, momentum: 0.9 }),
  });
  const { outputs } = await session.run(program, batch);
  const { loss } = await session.step(program, batch);
  const after = await session.snapshot();
  await session.close();
  // What the first step leaves in the momentum is the gradient itself.
  const gradients = after.optimizer!.state.momentum!;
  return { loss, gradients, buffers: after.buffers, logits: outputs.logits!.data as Float32Array };
}

/**
 * Largest difference over the largest value, array by array: the name and size of the worst. Gradients
 * that vanish (of what the next norm takes out again) are nothing but rounding: hence the least scale.
 */
function worst(actual: FloatWeights, expected: FloatWeights): { name: string; error: number } {
  const errors = Object.entries(expected).map(([name, { data }]) => {
    const scale = data.reduce((top, value) => Math.max(top, Math.abs(value)), 1e-3);
    const gap = data.reduce(
      (top, value, i) => Math.max(top, Math.abs(value - actual[name]!.data[i]!)),
      0,
    );
    return { name, error: gap / scale };
  });
  return errors.reduce((a, b) => (a.error >= b.error ? a : b), { name: "", error: 0 });
}

const tinyResnet = (block: "basic" | "bottleneck") =>
  createModel("resnet", { block, blocks: [1, 1], widths: [8, 16], stemWidth: 8, numClasses: 5 });

/** Its last map is 4 x 4: the adaptive pool's windows overlap. */
const tinyVgg = () =>
  createModel("vgg", {
    blocks: [1, 2, 1],
    widths: [6, 8, 12],
    hiddenWidth: 16,
    batchNorm: true,
    numClasses: 5,
  });

/** With widths of 8 and 16 one value lands on relu's kink: eager's own gradients then move by 0.23 with the picture scaled by 1 + 3e-7. */
const keras = () =>
  createModel("resnet", {
    ...{ block: "bottleneck", blocks: [1, 1], widths: [8, 12], stemWidth: 8, numClasses: 5 },
    ...{ bottleneckStride: "1x1", convBias: true, epsilon: 1.001e-5 },
  });

const resnet18 = () => createModel("resnet18", { numClasses: 10 });

/** The stem and the first inverted residuals, one of them with a stride; their channels are the logits. */
function mobileBlocks(): Model {
  const whole = createModel("mobilenet_v2", { widthMultiplier: 0.25 });
  const stages = whole.stages.slice(0, 5);
  const prefixes = stages.flatMap((stage) => stage.prefixes);
  const owned = Object.entries(whole.specs).filter(([name]) =>
    prefixes.some((prefix) => isUnder(name, prefix)),
  );
  const pool = { name: "pool", prefixes: [], apply: (_: unknown, x: tf.Tensor) => poolOf(x) };
  const specs = Object.fromEntries(owned);
  return { ...whole, specs, stages: [...stages, pool], numClasses: 5 };
}

const poolOf = (x: tf.Tensor): tf.Tensor => globalAveragePool(x as tf.Tensor4D);

test.each([
  ["a basic ResNet, the batch's statistics", tinyResnet("basic"), { size: 32, frozenNorms: false }],
  ["a bottleneck ResNet, frozen norms", tinyResnet("bottleneck"), { size: 32, frozenNorms: true }],
  [
    "blocks of MobileNetV2, the batch's statistics",
    mobileBlocks(),
    { size: 32, frozenNorms: false },
  ],
  ["a VGG with norms, the batch's statistics", tinyVgg(), { size: 32, frozenNorms: false }],
  ["a VGG with norms, frozen", tinyVgg(), { size: 32, frozenNorms: true }],
  ["Keras's strides, frozen norms", keras(), { size: 32, frozenNorms: true }],
  [
    "Darknet's tiny network with a new head, frozen norms",
    replaceHead(createModel("darknet_tiny", { includeTop: false }), 5),
    { size: 16, frozenNorms: true },
  ],
  ["ResNet-18, the batch's statistics", resnet18(), { size: 64, frozenNorms: false }],
])(
  "%s: the compiled step is the eager one",
  async (_, model, options) => {
    const eager = await createEagerEngine({ backend: "cpu" });
    const expected = await stepOf(eager, model, options);
    await eager.close();
    const actual = await stepOf(native, model, options);
    expect(Math.abs(actual.loss / expected.loss - 1)).toBeLessThan(1e-5);
    const logits = worst(
      { logits: { dtype: "float32", shape: [], data: actual.logits } },
      { logits: { dtype: "float32", shape: [], data: expected.logits } },
    );
    expect(logits.error).toBeLessThan(1e-4);
    expect(worst(actual.gradients, expected.gradients).error).toBeLessThan(1e-4);
    expect(worst(actual.buffers, expected.buffers).error).toBeLessThan(1e-5);
  },
  120_000,
);

test("20 steps at real widths give the same bytes, and so does a run resumed in the middle", async () => {
  const model = resnet18();
  const options = { ...startOf(model), optimizer: sgd({ learningRate: 0.01, momentum: 0.9 }) };
  const session = await native.open(options);
  const program = classifierProgram(model);
  const [first, second] = [pictures(8, 64, 10, 1), pictures(8, 64, 10, 2)];
  await session.step(program, first);
  const middle = await session.snapshot();
  const prints = new Set<string>();
  for (let repeat = 0; repeat < 20; repeat++) {
    if (repeat > 0) await session.restore(middle);
    await session.step(program, second);
    prints.add(fingerprint(await session.snapshot()));
  }
  await session.close();
  const fresh = await native.open(options);
  await fresh.restore(middle);
  await fresh.step(program, second);
  prints.add(fingerprint(await fresh.snapshot()));
  await fresh.close();
  expect(prints.size).toBe(1);
}, 180_000);
