import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { registerGradients } from "../gradients.js";
import { formulaValues } from "../testing/formula.js";
import { checkGradients } from "../testing/gradients.js";
import { worstDifference } from "../testing/worst-difference.js";
import { averagePool, maxPool } from "./pool.js";

registerGradients();

const map = (height: number, width: number): tf.Tensor4D =>
  tf.tensor4d(formulaValues("pool", height * width * 2), [1, height, width, 2]);

test.each([
  [5, 6, 3, 2],
  [4, 4, 3, 1],
])("an average of %i x %i with SAME padding counts no padding, in the gradient too", (...sizes) => {
  const [height, width, size, stride] = sizes;
  const before = tf.memory().numTensors;
  const x = map(height, width);
  tf.tidy(() => {
    const expected = tf.avgPool(x, size, stride, "same");
    const actual = averagePool(x, { size, stride, pad: "same" });
    expect(worstDifference(actual.dataSync(), expected.dataSync())).toBeLessThan(1e-6);
  });
  const run = (input: tf.Tensor) =>
    averagePool(input as tf.Tensor4D, { size, stride, pad: "same" });
  expect(checkGradients(run, [x]).worst).toBeLessThan(3e-3);
  x.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test("an average counts explicit padding as zeros", () => {
  tf.tidy(() => {
    const pad = [
      [0, 1],
      [0, 1],
    ] as const;
    const y = averagePool(tf.ones([1, 3, 3, 1]), { size: 2, pad });
    expect([...y.dataSync()]).toEqual([1, 0.5, 0.5, 0.25]);
  });
});

test("rounding up makes a last window of what is left", () => {
  tf.tidy(() => {
    const x = tf.reshape(tf.range(0, 5), [1, 1, 5, 1]) as tf.Tensor4D;
    expect(maxPool(x, { size: 1, stride: 3, ceil: true }).shape).toEqual([1, 1, 2, 1]);
    const y = maxPool(tf.tile(x, [1, 2, 1, 1]), { size: 2, stride: 2, ceil: true });
    expect([...y.dataSync()]).toEqual([1, 3, 4]);
  });
});
