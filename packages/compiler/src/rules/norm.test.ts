import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { expect, test } from "vitest";
import { compile, type TracedFunction } from "../index.js";
import { errorsAbove, numbers, runModel } from "../testing/onnxruntime.js";
import type { HostArray } from "../verify.js";

const shapes = [
  [3, 5, 4, 6],
  [1, 4, 4, 2],
  [2, 3, 7],
  [9, 5],
];

const positive = ({ data, ...rest }: HostArray): HostArray => ({
  ...rest,
  data: (data as Float32Array).map((value) => Math.abs(value) + 0.5),
});

const EPSILON = 1e-3;

/** FUSED.md's formulas, in plain operations on the cpu backend. */
function reference(t: Record<string, tf.Tensor>): Record<string, tf.Tensor> {
  const { x, dy, scale, offset } = t as Record<"x" | "dy" | "scale" | "offset", tf.Tensor>;
  const axes = Array.from({ length: x.rank - 1 }, (_, axis) => axis);
  const count = x.size / scale.size;
  const mean = tf.mean(x, axes);
  const variance = tf.mean(tf.squaredDifference(x, mean), axes);
  const rstd = tf.rsqrt(tf.add(variance, EPSILON));
  const xhat = tf.mul(tf.sub(x, mean), rstd);
  const doffset = tf.sum(dy, axes);
  const dscale = tf.sum(tf.mul(dy, xhat), axes);
  const alike = tf.add(tf.div(doffset, count), tf.mul(xhat, tf.div(dscale, count)));
  const dx = tf.mul(tf.mul(scale, rstd), tf.sub(dy, alike));
  return { y: tf.add(tf.mul(xhat, scale), offset), mean, variance, dx, dscale, doffset };
}

const traced: TracedFunction = (t) => {
  const { x, dy, scale, offset } = t as Record<"x" | "dy" | "scale" | "offset", tf.Tensor>;
  const attributes = { epsilon: EPSILON };
  const [y, mean, variance] = tf
    .engine()
    .runKernel<tf.Tensor[]>("BatchNormTrain", { x, scale, offset }, attributes) as [
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ];
  const [dx, dscale, doffset] = tf
    .engine()
    .runKernel<tf.Tensor[]>("BatchNormTrainGrad", { x, dy, scale, mean, variance }, attributes) as [
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ];
  return { y, mean, variance, dx, dscale, doffset };
};

for (const shape of shapes) {
  for (const target of ["native", "webgpu", "portable"] as const) {
    test(`batch norm by the batch's statistics, and its gradient, ${target}: [${shape}]`, async () => {
      await tf.setBackend("cpu");
      const channels = [shape.at(-1) as number];
      const inputs = {
        x: numbers(shape, { seed: 1 }),
        dy: numbers(shape, { seed: 2 }),
        scale: numbers(channels, { seed: 3 }),
        offset: numbers(channels, { seed: 4 }),
      };
      // Far from 0, as activations may be: the variance must not be lost in the square of the mean.
      inputs.x = { ...inputs.x, data: (inputs.x.data as Float32Array).map((value) => value + 30) };
      const specs = Object.fromEntries(
        Object.entries(inputs).map(([name, input]) => [
          name,
          { shape: input.shape, type: "float32" as const },
        ]),
      );
      const got = await runModel(compile(traced, specs, { target }), inputs);
      const tensors = Object.fromEntries(
        Object.entries(inputs).map(([name, { data, shape }]) => [
          name,
          tf.tensor(data as Float32Array, [...shape]),
        ]),
      );
      for (const [name, want] of Object.entries(tf.tidy(() => reference(tensors)))) {
        const expected = want.dataSync<"float32">();
        const actual = got[name]?.data as Float32Array;
        const scale = Math.max(...expected.map(Math.abs));
        const error = Math.max(
          ...expected.map((value, index) => Math.abs(value - (actual[index] as number))),
        );
        expect(actual.length).toBe(expected.length);
        expect.soft(error / scale, name).toBeLessThan(1e-4);
      }
    });
  }
}

for (const given of [["scale", "offset"], [], ["scale"]]) {
  test(`FusedBatchNorm with ${given.join(" and ") || "statistics only"}`, async () => {
    await tf.setBackend("cpu");
    const inputs: Record<string, HostArray> = {
      x: numbers([2, 5, 4, 3], { seed: 1 }),
      mean: numbers([3], { seed: 2 }),
      variance: positive(numbers([3], { seed: 3 })),
    };
    for (const [index, name] of given.entries()) inputs[name] = numbers([3], { seed: 4 + index });
    const run: TracedFunction = ({ x, mean, variance, scale, offset }) => ({
      y: tf.batchNorm(
        x as tf.Tensor4D,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        offset as tf.Tensor1D | undefined,
        scale as tf.Tensor1D | undefined,
        EPSILON,
      ),
    });
    expect(await errorsAbove(1e-5, run, inputs)).toEqual([]);
    expect(await errorsAbove(1e-5, run, inputs, { target: "portable" })).toEqual([]);
  });
}
