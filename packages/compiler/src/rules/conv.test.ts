import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { expect, test } from "vitest";
import { compile } from "../compile.js";
import { errorsAbove, numbers } from "../testing/onnxruntime.js";
import type { Padding } from "./window.js";

type Maps = tf.Tensor4D;
type Size = number | [number, number];
type Case = { x: number[]; filter: number[]; strides: Size; pad: Padding; dilations?: Size };

const cases: Case[] = [
  { x: [1, 7, 6, 3], filter: [3, 3, 3, 4], strides: 1, pad: "same" },
  { x: [3, 8, 8, 3], filter: [3, 3, 3, 4], strides: 2, pad: "same" },
  { x: [1, 9, 8, 2], filter: [3, 2, 2, 4], strides: [2, 3], pad: "valid" },
  { x: [3, 7, 7, 2], filter: [3, 3, 2, 3], strides: 2, pad: 1 },
  {
    x: [1, 6, 7, 2],
    filter: [3, 3, 2, 3],
    strides: [2, 1],
    pad: [
      [0, 0],
      [1, 0],
      [2, 1],
      [0, 0],
    ],
  },
  { x: [1, 9, 10, 2], filter: [3, 3, 2, 3], strides: 1, pad: "same", dilations: [2, 3] },
  { x: [3, 5, 4, 3], filter: [1, 1, 3, 6], strides: 1, pad: "same" },
  { x: [1, 5, 4, 3], filter: [2, 2, 3, 2], strides: 1, pad: "same" },
];

const explicit = (pad: Padding) => pad as "same";

for (const { x, filter, strides, pad, dilations = 1 } of cases) {
  const name = `[${x}] by [${filter}], strides ${strides}, pad ${JSON.stringify(pad)}, dilations ${dilations}`;
  const inputs = {
    x: numbers(x, { seed: 1 }),
    filter: numbers(filter, { seed: 2 }),
    bias: numbers([filter[3] as number], { seed: 3 }),
    depthwise: numbers([filter[0] as number, filter[1] as number, x[3] as number, 2], { seed: 4 }),
  };
  for (const target of ["native", "portable"] as const) {
    test(`convolutions ${target}: ${name}`, async () => {
      const errors = await errorsAbove(
        1e-5,
        (t) => {
          const y = tf.conv2d(
            t.x as Maps,
            t.filter as Maps,
            strides,
            explicit(pad),
            "NHWC",
            dilations,
          );
          const d = tf.depthwiseConv2d(
            t.x as Maps,
            t.depthwise as Maps,
            strides,
            explicit(pad),
            "NHWC",
            dilations,
          );
          return { y, biased: tf.relu(tf.add(y, t.bias as tf.Tensor)), d };
        },
        inputs,
        { target },
      );
      expect(errors).toEqual([]);
    });
  }
}

test("tfjs's own fused kernels: bias and activation", async () => {
  const inputs = {
    x: numbers([1, 5, 5, 2]),
    filter: numbers([3, 3, 2, 4], { seed: 2 }),
    bias: numbers([4]),
  };
  const errors = await errorsAbove(
    1e-5,
    (t) => {
      const run = (activation: "relu" | "relu6") =>
        tf.fused.conv2d({
          x: t.x as Maps,
          filter: t.filter as Maps,
          strides: 1,
          pad: "same",
          bias: t.bias as tf.Tensor1D,
          activation,
        });
      return { relu: run("relu"), relu6: run("relu6") };
    },
    inputs,
  );
  expect(errors).toEqual([]);
});

/** A block as core writes it: filters in PyTorch's layout, maps NHWC. */
function block(t: Record<string, tf.Tensor>): Record<string, tf.Tensor> {
  const conv = (x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor) =>
    tf.add(tf.conv2d(x as Maps, tf.transpose(weight as Maps, [2, 3, 1, 0]), 1, "same"), bias);
  const y = tf.relu(conv(t.x as Maps, t.first as Maps, t.bias as tf.Tensor));
  return { y: tf.relu(tf.add(conv(y, t.second as Maps, t.bias as tf.Tensor), y)) };
}

test("maps stay NCHW and filters OIHW: one transpose in, one out, and the bias is Conv's own", () => {
  const spec = (shape: number[]) => ({ shape, type: "float32" }) as const;
  const specs = {
    x: spec([2, 8, 8, 3]),
    first: spec([4, 3, 3, 3]),
    second: spec([4, 4, 3, 3]),
    bias: spec([4]),
  };
  const { graph } = compile(block, specs, { target: "native" });
  const onMaps = graph.nodes.map(({ op }) => op).filter((op) => op !== "Reshape");
  expect(onMaps).toEqual(["Transpose", "Conv", "Relu", "Conv", "Add", "Relu", "Transpose"]);
  const convolutions = graph.nodes.filter(({ op }) => op === "Conv");
  expect(convolutions.map(({ inputs }) => inputs[1])).toEqual(["first", "second"]);
  expect(convolutions.map(({ inputs }) => inputs.length)).toEqual([3, 3]);
});

test("maps with channels first are refused by name", () => {
  const specs = {
    x: { shape: [1, 2, 5, 5], type: "float32" },
    filter: { shape: [3, 3, 2, 2], type: "float32" },
  } as const;
  const program = (t: Record<string, tf.Tensor>) => ({
    y: tf.conv2d(t.x as Maps, t.filter as Maps, 1, "same", "NCHW"),
  });
  expect(() => compile(program, specs, { target: "native" })).toThrow(
    /Conv2D with dataFormat "NCHW"/,
  );
});
