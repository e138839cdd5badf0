import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { bernoulliBits, hostRandom } from "../random.js";
import { dropout } from "./dropout.js";
import { createPass } from "./pass.js";

const passOf = (training: boolean) =>
  createPass({ training, random: hostRandom({ seed: 4, step: 9 }), buffers: {} });

test("in training, the site's bits times 1 / keep", () => {
  tf.tidy(() => {
    const y = dropout(tf.ones([3, 5]), { rate: 0.25, site: "head" }, passOf(true));
    const bits = bernoulliBits({ seed: 4, step: 9, site: "head" }, 15, 0.75);
    expect([...y.dataSync()]).toEqual([...bits].map((bit) => Math.fround(bit / 0.75)));
  });
});

test("in evaluation, and at rate 0, the input itself", () => {
  const x = tf.ones([2]);
  expect(dropout(x, { rate: 0.5, site: "head" }, passOf(false))).toBe(x);
  expect(dropout(x, { rate: 0, site: "head" }, passOf(true))).toBe(x);
  x.dispose();
});
