import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { registerGradients } from "../gradients.js";
import { bernoulliBits, hostRandom } from "../random.js";
import { formulaValues } from "../testing/formula.js";
import { checkGradients } from "../testing/gradients.js";
import { maskBias, selfAttention } from "./attention.js";
import { createPass } from "./pass.js";

registerGradients();

const values = (name: string, shape: [number, number, ...number[]]) =>
  tf.tensor(
    formulaValues(
      name,
      shape.reduce((a, b) => a * b),
    ),
    shape,
  );

const passOf = (training: boolean) =>
  createPass({ training, random: hostRandom({ seed: 3 }), buffers: {} });

const tensors = (): tf.Tensor[] => [
  values("x", [1, 3, 4]),
  ...["query", "key", "value"].map((name) => values(name, [4, 4])),
];

function attend(inputs: readonly tf.Tensor[], options: { bias?: tf.Tensor; training?: boolean }) {
  const [x, ...weights] = inputs;
  const [query, key, value] = weights.map((weight) => ({ weight: weight as tf.Tensor2D }));
  const { bias, training = false } = options;
  return selfAttention(
    { query: query!, key: key!, value: value! },
    x as tf.Tensor3D,
    { heads: 2, dropout: { rate: 0.25, site: "weights" }, ...(bias ? { bias } : {}) },
    passOf(training),
  );
}

test.each([
  ["a mask", [1, 0, 1], false],
  ["dropout", [1, 1, 1], true],
])("gradients with %s agree with finite differences", (_, mask, training) => {
  const before = tf.memory().numTensors;
  const inputs = tensors();
  const run = (...given: tf.Tensor[]) =>
    attend(given, { bias: maskBias(tf.tensor2d([mask], undefined, "int32")), training });
  expect(checkGradients(run, inputs).worst).toBeLessThan(3e-3);
  tf.dispose(inputs);
  expect(tf.memory().numTensors).toBe(before);
});

test("padding changes nothing for the tokens that count", () => {
  tf.tidy(() => {
    const inputs = tensors();
    const cut = [tf.slice(inputs[0]!, [0, 0, 0], [1, 2, 4]), ...inputs.slice(1)];
    const bias = maskBias(tf.tensor2d([[1, 1, 0]]));
    const whole = tf.slice(attend(inputs, { bias }), [0, 0, 0], [1, 2, 4]);
    expect([...whole.dataSync()]).toEqual([...attend(cut, {}).dataSync()]);
  });
});

test("where everything is padding, all tokens weigh the same and nothing is NaN", () => {
  tf.tidy(() => {
    const [x, ...weights] = tensors();
    const y = attend([x!, ...weights], { bias: maskBias(tf.zeros([1, 3])) });
    const mean = tf.mean(tf.matMul(tf.squeeze(x!, [0]), weights[2]!, false, true), 0);
    tf.unstack(tf.squeeze(y, [0])).forEach((row) => {
      row.dataSync().forEach((value, index) => {
        expect(value).toBeCloseTo(mean.dataSync()[index]!, 6);
      });
    });
  });
});

test("dropped weights are those of the site", () => {
  tf.tidy(() => {
    // Values of 1 make each output the sum of the weights that were kept.
    const ones = [tf.ones([1, 3, 4]), tf.zeros([4, 4]), tf.zeros([4, 4]), tf.eye(4)];
    const y = attend(ones, { training: true });
    const bits = bernoulliBits({ seed: 3, site: "weights" }, 2 * 3 * 3, 0.75);
    const kept = (head: number, row: number) =>
      [0, 1, 2].reduce((sum, key) => sum + bits[(head * 3 + row) * 3 + key]! / 3 / 0.75, 0);
    expect(y.arraySync()[0]![1]![3]).toBeCloseTo(kept(1, 1), 6);
  });
});

test("heads must divide the width", () => {
  tf.tidy(() => {
    const p = { weight: tf.eye(4) as tf.Tensor2D };
    const run = () =>
      selfAttention(
        { query: p, key: p, value: p },
        tf.zeros([1, 2, 4]),
        { heads: 3 },
        passOf(false),
      );
    expect(run).toThrow(/width of 4 into 3 heads/);
  });
});
