import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { registerGradients } from "../gradients.js";
import { hostRandom } from "../random.js";
import { formulaValues } from "../testing/formula.js";
import { readGolden } from "../testing/golden.js";
import { worstDifference } from "../testing/worst-difference.js";
import { nest } from "../tree.js";
import { type Activation, activations, leakyRelu } from "./activation.js";
import { type Attention, maskBias, selfAttention } from "./attention.js";
import { type Conv, conv } from "./conv.js";
import { type Embedding, embedding } from "./embedding.js";
import { type Linear, linear } from "./linear.js";
import { batchNorm, convNorm, groupNorm, layerNorm } from "./norm.js";
import { createPass, type Pass } from "./pass.js";
import {
  adaptiveAveragePool,
  averagePool,
  globalAveragePool,
  globalMaxPool,
  maxPool,
} from "./pool.js";

type Range = [low: number, high: number];
type Case = {
  name: string;
  layer: string;
  options: Record<string, unknown>;
  shapes: Record<string, number[]>;
  ranges: Record<string, Range>;
  buffers: Record<string, { shape: number[]; range: Range }>;
  y: { shape: number[]; data: number[] };
  gradients: Record<string, number[]>;
  moved: Record<string, number[]>;
};

type Inputs = Record<string, tf.Tensor>;
type Layer = (inputs: Inputs, options: Record<string, unknown>, pass: Pass) => tf.Tensor;

/** Casts what a golden file says to what the layer's type asks for. */
const layers: Record<string, Layer> = {
  conv: (p, options) => conv(nest<Conv>(p), p.x as tf.Tensor4D, options),
  linear: (p) => linear(nest<Linear>(p), p.x!),
  batchNorm: (p, options, pass) =>
    batchNorm(p as Parameters<typeof batchNorm>[0], p.x!, pass, options),
  layerNorm: (p, options) => layerNorm(p as Parameters<typeof layerNorm>[0], p.x!, options),
  groupNorm: (p, options) =>
    groupNorm(
      p as Parameters<typeof groupNorm>[0],
      p.x as tf.Tensor4D,
      options as Parameters<typeof groupNorm>[2],
    ),
  convNorm: (p, options, pass) =>
    convNorm(
      nest<{ conv: Conv }>(p).conv,
      p as Parameters<typeof batchNorm>[0],
      p.x as tf.Tensor4D,
      options,
      pass,
    ),
  maxPool: (p, options) => maxPool(p.x as tf.Tensor4D, options as Parameters<typeof maxPool>[1]),
  averagePool: (p, options) =>
    averagePool(p.x as tf.Tensor4D, options as Parameters<typeof averagePool>[1]),
  adaptiveAveragePool: (p, { size }) => adaptiveAveragePool(p.x as tf.Tensor4D, size as number),
  globalMaxPool: (p) => globalMaxPool(p.x as tf.Tensor4D),
  leakyRelu: (p, { slope }) => leakyRelu(p.x!, slope as number),
  globalAveragePool: (p) => globalAveragePool(p.x as tf.Tensor4D),
  embedding: (p, { ids, paddingIndex }) => {
    const options = typeof paddingIndex === "number" ? { paddingIndex } : {};
    // x is there for the form's sake: it has the gradient 0.
    const rows = embedding(
      p as Embedding,
      tf.tensor2d(ids as number[][], undefined, "int32"),
      options,
    );
    return tf.add(rows, tf.mul(p.x!, 0));
  },
  attention: (p, { heads, mask }, pass) => {
    const bias = mask
      ? { bias: maskBias(tf.tensor2d(mask as number[][], undefined, "int32")) }
      : {};
    const options = { heads: heads as number, ...bias };
    return selfAttention(nest<Attention>(p), p.x as tf.Tensor3D, options, pass);
  },
  activation: (p, options) => activations[options.kind as Activation](p.x!),
};

const golden = readGolden<{ cases: Case[] }>(import.meta.url, "golden/nn.json");
const volume = (shape: number[]) => shape.reduce((all, size) => all * size, 1);

registerGradients();

const make = (name: string, shape: number[], [low, high]: Range = [-1, 1]): tf.Tensor =>
  tf.tensor(formulaValues(name, volume(shape), low, high), shape);

/** The case's inputs and running statistics, by formula. */
function inputsOf({ name, shapes, ranges, buffers }: Case): { inputs: Inputs; statistics: Inputs } {
  const inputs = Object.entries(shapes).map(
    ([key, shape]) => [key, make(`${name}/${key}`, shape, ranges[key])] as const,
  );
  const statistics = Object.entries(buffers).map(
    ([key, { shape, range }]) => [key, make(`${name}/${key}`, shape, range)] as const,
  );
  return { inputs: Object.fromEntries(inputs), statistics: Object.fromEntries(statistics) };
}

/** Each array by name, within a tolerance. */
function expectAll(
  actual: Inputs,
  expected: Record<string, number[]>,
  tolerance: number,
  what: string,
): void {
  for (const [key, value] of Object.entries(actual)) {
    expect(worstDifference(value.dataSync(), expected[key]!), `${what} of ${key}`).toBeLessThan(
      tolerance,
    );
  }
}

describe("layers against PyTorch", () => {
  test.each(golden.cases.map((each): [string, Case] => [each.name, each]))("%s", (_, each) => {
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const { inputs, statistics } = inputsOf(each);
      const training = each.options.training === true;
      const pass = createPass({ training, random: hostRandom({ seed: 0 }), buffers: statistics });
      const run = () => layers[each.layer]!({ ...inputs, ...statistics }, each.options, pass);
      const y = run();
      expect(y.shape).toEqual(each.y.shape);
      expect(worstDifference(y.dataSync(), each.y.data)).toBeLessThan(3e-6);
      expect(Object.keys(pass.moved())).toHaveLength(training ? 2 : 0);
      expectAll({ ...pass.moved() }, each.moved, 1e-6, "statistic");
      const dy = make(`${each.name}/dy`, y.shape);
      const keys = Object.keys(inputs);
      const tape = tf.engine().gradients(
        () => tf.sum(tf.mul(run(), dy)) as tf.Scalar,
        keys.map((key) => inputs[key]!),
      );
      const gradients = keys.map((key, index) => [key, tape.grads[index]!] as const);
      expectAll(Object.fromEntries(gradients), each.gradients, 1e-5, "gradient");
    });
    expect(tf.memory().numTensors).toBe(before);
  });
});
