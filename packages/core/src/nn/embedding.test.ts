import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { registerGradients } from "../gradients.js";
import { checkGradients } from "../testing/gradients.js";
import { embedding } from "./embedding.js";

registerGradients();

const ids = () =>
  tf.tensor2d(
    [
      [2, 0],
      [2, 3],
    ],
    undefined,
    "int32",
  );
const table = () => tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 8], [4, 2]);

test("rows by number; the gradient of a row is the sum over its uses", () => {
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    expect(embedding({ weight: table() }, ids()).arraySync()).toEqual([
      [
        [5, 6],
        [1, 2],
      ],
      [
        [5, 6],
        [7, 8],
      ],
    ]);
  });
  const [weight, places] = [table(), ids()];
  const run = (x: tf.Tensor) => embedding({ weight: x as tf.Tensor2D }, places);
  expect(checkGradients(run, [weight]).worst).toBeLessThan(3e-3);
  tf.dispose([weight, places]);
  expect(tf.memory().numTensors).toBe(before);
});

test("the padding's row gets no gradient", () => {
  tf.tidy(() => {
    const places = ids();
    const gradient = tf.grad((x) =>
      embedding({ weight: x as tf.Tensor2D }, places, { paddingIndex: 2 }),
    )(table());
    expect(gradient.arraySync()).toEqual([
      [1, 1],
      [0, 0],
      [0, 0],
      [1, 1],
    ]);
  });
});

test("numbers that are not whole are refused", () => {
  tf.tidy(() => {
    expect(() => embedding({ weight: table() }, tf.zeros([2]))).toThrow(/int32.*not by float32/);
  });
});
