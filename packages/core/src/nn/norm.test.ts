import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { hostRandom } from "../random.js";
import { worstDifference } from "../testing/worst-difference.js";
import { batchNorm, convNorm, groupNorm } from "./norm.js";
import { createPass } from "./pass.js";

const values = (shape: number[], seed: number, low = -1, high = 1) =>
  tf.randomUniform(shape, low, high, "float32", seed);

const normOf = (channels: number) => ({
  weight: values([channels], 1) as tf.Tensor1D,
  bias: values([channels], 2) as tf.Tensor1D,
  running_mean: values([channels], 3) as tf.Tensor1D,
  running_var: values([channels], 4, 0.5, 1.5) as tf.Tensor1D,
});

test("a folded norm is the norm after the convolution", () => {
  tf.tidy(() => {
    const norm = normOf(4);
    const weight = values([4, 3, 3, 3], 5) as tf.Tensor4D;
    const x = values([2, 5, 5, 3], 6) as tf.Tensor4D;
    const pass = createPass({ training: true, random: hostRandom({ seed: 0 }), buffers: {} });
    const folded = convNorm({ weight }, norm, x, { pad: 1 }, pass);
    const plain = tf.conv2d(x, tf.transpose(weight, [2, 3, 1, 0]) as tf.Tensor4D, 1, 1);
    const apart = batchNorm(norm, plain, pass);
    expect(worstDifference(folded.dataSync(), apart.dataSync())).toBeLessThan(2e-6);
    expect(pass.moved()).toEqual({});
  });
});

test("one value a channel cannot be normalised by itself", () => {
  const norm = normOf(3);
  const buffers = { "bn.running_mean": norm.running_mean, "bn.running_var": norm.running_var };
  const pass = createPass({ training: true, random: hostRandom({ seed: 0 }), buffers });
  expect(() => batchNorm(norm, tf.ones([1, 1, 1, 3]), pass)).toThrow(/more than one value/);
});

test("groups must divide the channels", () => {
  expect(() => groupNorm(normOf(4), tf.ones([1, 2, 2, 4]), { groups: 3 })).toThrow(
    /4 channels into 3 groups/,
  );
});
