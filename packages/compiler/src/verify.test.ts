import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { numbers, runModel } from "./testing/onnxruntime.js";
import type { HostArrays } from "./verify.js";
import { verify } from "./verify.js";

const x = (t: Record<string, tf.Tensor>) => t.x as tf.Tensor;
const inputs = { x: numbers([3, 4]) };

test("says how far each compiled output is from eager, and leaves no tensors", async () => {
  const before = tf.memory().numTensors;
  const report = await verify((t) => ({ exp: tf.exp(x(t)), sum: tf.sum(x(t)) }), inputs, {
    run: runModel,
  });
  expect(report.passed).toBe(true);
  expect(report.outputs.map(({ name }) => name)).toEqual(["exp", "sum"]);
  expect(report.worst.relative).toBeLessThan(1e-6);
  expect(tf.memory().numTensors).toBe(before);
});

test("a difference is found, named and measured", async () => {
  const run = async (...[compiled, feeds]: Parameters<typeof runModel>): Promise<HostArrays> => {
    const outputs = await runModel(compiled, feeds);
    const wrong = Float32Array.from(
      outputs.wrong?.data as Float32Array,
      (value, index) => value + (index === 5 ? 0.5 : 0),
    );
    return { ...outputs, wrong: { type: "float32", shape: [3, 4], data: wrong } };
  };
  const report = await verify((t) => ({ right: tf.abs(x(t)), wrong: tf.sign(x(t)) }), inputs, {
    run,
  });
  expect(report.passed).toBe(false);
  expect(report.worst).toEqual({ name: "wrong", absolute: 0.5, relative: 0.5 });
});

test("inputs that the program declares take their values from `declared`", async () => {
  const mask = { type: "bool", shape: [4], data: Uint8Array.of(1, 0, 0, 1) } as const;
  const report = await verify(
    (t, tracer) => ({ y: tf.where(tracer.input("mask", mask), x(t), tf.zerosLike(x(t))) }),
    inputs,
    { run: runModel, declared: { mask }, tolerance: 0 },
  );
  expect(report.passed).toBe(true);
});
