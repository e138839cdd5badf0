import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { registerGradients } from "../gradients.js";
import { crossEntropy } from "../loss/cross-entropy.js";
import { createPass } from "../nn/pass.js";
import { hostRandom } from "../random.js";
import { formulaValues } from "../testing/formula.js";
import { readGolden } from "../testing/golden.js";
import { worstDifference } from "../testing/worst-difference.js";
import type { Model } from "./model.js";
import type { ModelOptions } from "./model-options.js";
import { createModel } from "./registry.js";
import { runStages } from "./run-stages.js";

type Digests = Record<string, [length: number, product: number]>;
type Case = {
  name: string;
  architecture: string;
  options: ModelOptions;
  size: number;
  keys: string[];
  logits: number[];
  frozen: Digests;
  trainLogits: number[];
  loss: number;
  gradients: Digests;
  moved: Digests;
};

const golden = readGolden<{ labels: number[]; cases: Case[] }>(
  import.meta.url,
  "golden/models.json",
);
const volume = (shape: readonly number[]) => shape.reduce((all, size) => all * size, 1);

/** As `fill` in the script. */
function weightsOf(model: Model, name: string): Record<string, tf.Tensor> {
  const range = (key: string, shape: readonly number[]): [number, number] => {
    if (shape.length > 1) {
      const bound = Math.sqrt(6 / volume(shape.slice(1)));
      return [-bound, bound];
    }
    return /(running_var|weight)$/.test(key) ? [0.5, 1.5] : [-0.3, 0.3];
  };
  return Object.fromEntries(
    Object.entries(model.specs).map(([key, { shape }]) => {
      const data = formulaValues(`${name}/${key}`, volume(shape), ...range(key, shape));
      return [key, tf.tensor(data, [...shape])];
    }),
  );
}

function digest(key: string, tensor: tf.Tensor): [number, number] {
  const values = tensor.dataSync();
  const weights = formulaValues(`digest/${key}`, values.length);
  let [squares, product] = [0, 0];
  for (let index = 0; index < values.length; index++) {
    squares += values[index]! ** 2;
    product += values[index]! * weights[index]!;
  }
  return [Math.sqrt(squares), product];
}

/** The two numbers of a digest within `tolerance` of the array's length. */
function expectDigests(
  tensors: Readonly<Record<string, tf.Tensor>>,
  expected: Digests,
  tolerance: number,
): void {
  const scale = Math.max(...Object.values(expected).map(([length]) => length));
  for (const [key, [length, product]] of Object.entries(expected)) {
    const [actualLength, actualProduct] = digest(key, tensors[key]!);
    const unit = Math.max(length, scale * 1e-3);
    expect(Math.abs(actualLength - length) / unit, key).toBeLessThan(tolerance);
    expect(Math.abs(actualProduct - product) / unit, key).toBeLessThan(tolerance);
  }
}

function gradientsOf(model: Model, weights: Record<string, tf.Tensor>, x: tf.Tensor, buffers = {}) {
  const pass = createPass({ training: true, random: hostRandom({ seed: 0 }), buffers });
  const names = Object.keys(weights).filter((name) => model.specs[name]?.role === "param");
  const moved: Record<string, tf.Tensor> = {};
  const labels = tf.tensor1d(golden.labels, "int32");
  let logits: ArrayLike<number> = [];
  const { value, grads } = tf.engine().gradients(
    () => {
      const y = runStages(model, weights, x, pass) as tf.Tensor2D;
      logits = y.dataSync();
      for (const [name, next] of Object.entries(pass.moved())) moved[name] = tf.keep(next);
      return crossEntropy({ logits: y, labels });
    },
    names.map((name) => weights[name]!),
    undefined,
    true,
  );
  const gradients = Object.fromEntries(names.map((name, index) => [name, grads[index]!]));
  return { loss: value.dataSync()[0]!, gradients, moved, logits };
}

registerGradients();

describe("models against torchvision", () => {
  test.each(golden.cases.map((each): [string, Case] => [each.name, each]))("%s", (_, each) => {
    const before = tf.memory().numTensors;
    const model = createModel(each.architecture, {
      ...each.options,
      ...("finalRelu" in each.options || !/mobile|squeeze|vgg/.test(each.architecture)
        ? {}
        : { dropout: 0 }),
    });
    expect(Object.keys(model.specs)).toEqual(each.keys);
    tf.tidy(() => {
      const weights = weightsOf(model, each.name);
      const shape: [number, number, number, number] = [
        golden.labels.length,
        each.size,
        each.size,
        3,
      ];
      const x = tf.tensor(formulaValues(`${each.name}/x`, volume(shape)), shape);
      const frozen = gradientsOf(model, weights, x);
      expect(worstDifference(frozen.logits, each.logits)).toBeLessThan(3e-5);
      expectDigests(frozen.gradients, each.frozen, 1e-4);
      expect(frozen.moved).toEqual({});
      const buffers = Object.fromEntries(
        Object.entries(weights).filter(([name]) => model.specs[name]?.role === "buffer"),
      );
      const live = gradientsOf(model, weights, x, buffers);
      expect(worstDifference(live.logits, each.trainLogits)).toBeLessThan(1e-4);
      expect(Math.abs(live.loss - each.loss)).toBeLessThan(1e-4);
      expectDigests(live.gradients, each.gradients, 1e-3);
      expect(Object.keys(live.moved).sort()).toEqual(Object.keys(each.moved).sort());
      expectDigests(live.moved, each.moved, 1e-5);
      tf.dispose(live.moved);
    });
    expect(tf.memory().numTensors).toBe(before);
  });
});
