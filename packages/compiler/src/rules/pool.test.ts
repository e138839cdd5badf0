import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { expect, test } from "vitest";
import { compile } from "../compile.js";
import { errorsAbove, integers, numbers } from "../testing/onnxruntime.js";
import type { HostArray } from "../verify.js";
import { type PoolAttributes, poolWindow } from "./window.js";

type Maps = tf.Tensor4D;
type Case = PoolAttributes & { x: number[] };

const cases: Case[] = [
  { x: [1, 8, 6, 3], filterSize: 2, strides: 2, pad: "valid" },
  { x: [3, 7, 9, 2], filterSize: 2, strides: 2, pad: "valid" },
  { x: [3, 9, 8, 2], filterSize: 3, strides: 2, pad: 1 },
  { x: [1, 8, 8, 2], filterSize: 3, strides: 2, pad: "same" },
  { x: [1, 7, 6, 2], filterSize: [2, 3], strides: 1, pad: "same" },
  { x: [1, 9, 9, 2], filterSize: 2, strides: 3, pad: "valid" },
  {
    x: [3, 6, 7, 1],
    filterSize: 3,
    strides: 2,
    pad: [
      [0, 0],
      [0, 1],
      [1, 2],
      [0, 0],
    ],
  },
];

/** Whole numbers tie often; the first of a tie gets the gradient. */
const tied = (shape: readonly number[]): HostArray => {
  const { data } = integers(shape, 0, 4);
  return { type: "float32", shape, data: Float32Array.from(data as Int32Array) };
};

const run = (kernel: string, inputs: tf.NamedTensorMap, attributes: PoolAttributes) =>
  tf.engine().runKernel<Maps>(kernel, inputs, { ...attributes });

for (const { x, ...attributes } of cases) {
  const { filterSize, strides, pad } = attributes;
  const { rows, columns } = poolWindow(x, attributes);
  const out = [x[0] as number, rows.out, columns.out, x[3] as number];
  for (const target of ["native", "webgpu", "portable"] as const) {
    test(`pools ${target}: [${x}], size ${filterSize}, strides ${strides}, pad ${JSON.stringify(pad)}`, async () => {
      const errors = await errorsAbove(
        1e-5,
        ({ x, dy }) => {
          const input = x as Maps;
          const most = run("MaxPool", { x: input }, attributes);
          return {
            most,
            mean: run("AvgPool", { x: input }, attributes),
            mostGradient: run("MaxPoolGrad", { dy: dy as Maps, input, output: most }, attributes),
            meanGradient: run("AvgPoolGrad", { dy: dy as Maps, input }, attributes),
          };
        },
        { x: tied(x), dy: numbers(out, { seed: 2 }) },
        { target },
      );
      expect(errors).toEqual([]);
    });
  }
}

test("the gradient's indices come from the forward pool", () => {
  const attributes: PoolAttributes = { filterSize: 3, strides: 2, pad: 1 };
  const { graph } = compile(
    ({ x, dy }) => {
      const y = run("MaxPool", { x: x as Maps }, attributes);
      return {
        y,
        dx: run("MaxPoolGrad", { dy: dy as Maps, input: x as Maps, output: y }, attributes),
      };
    },
    { x: { shape: [2, 8, 8, 3], type: "float32" }, dy: { shape: [2, 4, 4, 3], type: "float32" } },
    { target: "native" },
  );
  expect(graph.nodes.filter(({ op }) => op === "MaxPool")).toHaveLength(1);
});
