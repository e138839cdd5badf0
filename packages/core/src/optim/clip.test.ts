import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { leakedTensors } from "../testing/leaks.js";
import { clipFactor, globalNorm } from "./clip.js";

test("the norm is over all gradients, and the factor brings it down to the bound", async () => {
  await tf.setBackend("cpu");
  const leaked = await leakedTensors(() => {
    const gradients = { a: tf.tensor([3, 0]), b: tf.tensor([[4]]) };
    const norm = globalNorm(gradients);
    expect(norm.dataSync()[0]).toBe(5);
    tf.dispose([norm, gradients]);
  });
  expect(leaked).toBe(0);
  expect(clipFactor(5, 1)).toBe(0.2);
  expect(clipFactor(5, 10)).toBe(1);
  expect(clipFactor(5, undefined)).toBe(1);
});
