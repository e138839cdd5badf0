import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { expect, test } from "vitest";
import { type ConvCase, formulationGraph, formulationsOf, type Wanted } from "./formulations.js";
import type { Target } from "./graph.js";
import { inverse, permute, transposeData } from "./layout.js";
import { emit } from "./onnx/emit.js";
import { numbers, runModel } from "./testing/onnxruntime.js";
import type { HostArray } from "./verify.js";

const same = { strides: 1, pad: "same" } as const;

/** Odd and even maps, strides, paddings of every kind, filters that are not square, batch 1 and 3. */
const cases: Record<string, ConvCase> = {
  "3x3 same": { x: [1, 7, 6, 3], filter: [3, 3, 3, 5], attributes: same },
  "3x3 stride 2 same, even": {
    x: [3, 8, 8, 2],
    filter: [3, 3, 2, 4],
    attributes: { strides: 2, pad: "same" },
  },
  "3x3 stride 2 pad 1, odd": {
    x: [3, 7, 9, 2],
    filter: [3, 3, 2, 4],
    attributes: { strides: 2, pad: 1 },
  },
  "valid, cells left over": {
    x: [1, 8, 11, 2],
    filter: [3, 2, 2, 3],
    attributes: { strides: [2, 3], pad: "valid" },
  },
  "explicit, asymmetric": {
    x: [3, 6, 7, 2],
    filter: [3, 3, 2, 3],
    attributes: {
      strides: [2, 1],
      pad: [
        [0, 0],
        [1, 0],
        [2, 1],
        [0, 0],
      ],
    },
  },
  "1x1": { x: [3, 5, 4, 3], filter: [1, 1, 3, 6], attributes: same },
  "1x1 stride 2, odd": {
    x: [3, 7, 5, 3],
    filter: [1, 1, 3, 6],
    attributes: { strides: 2, pad: 0 },
  },
  "1x1 stride 2, even": {
    x: [1, 6, 8, 3],
    filter: [1, 1, 3, 2],
    attributes: { strides: 2, pad: "valid" },
  },
  "7x7 stride 2 pad 3": {
    x: [1, 12, 13, 3],
    filter: [7, 7, 3, 4],
    attributes: { strides: 2, pad: 3 },
  },
  "one pixel": { x: [3, 1, 1, 3], filter: [3, 3, 3, 4], attributes: { strides: 1, pad: 1 } },
  "stride wider than the filter": {
    x: [1, 9, 9, 2],
    filter: [2, 2, 2, 2],
    attributes: { strides: 3, pad: "valid" },
  },
  "more padding than filter": {
    x: [1, 5, 5, 2],
    filter: [2, 2, 2, 2],
    attributes: {
      strides: 1,
      pad: [
        [0, 0],
        [2, 2],
        [0, 2],
        [0, 0],
      ],
    },
  },
};

const depthwise: Record<string, ConvCase> = Object.fromEntries(
  Object.entries(cases).flatMap(([name, { x, filter, attributes }]) =>
    [1, 2].map((multiplier): [string, ConvCase] => [
      `depthwise ${name}, times ${multiplier}`,
      { x, filter: [filter[0], filter[1], x[3], multiplier], attributes, depthwise: true },
    ]),
  ),
);

function eager(of: Wanted, conv: ConvCase, feeds: Record<string, HostArray>): Float32Array {
  const tensor = (name: string) => {
    const { data, shape } = feeds[name] as HostArray;
    return tf.tensor(data as Float32Array, [...shape]);
  };
  const prefix = conv.depthwise ? "DepthwiseConv2dNativeBackprop" : "Conv2DBackprop";
  const attributes = { dilations: 1, dataFormat: "NHWC", ...conv.attributes };
  return tf.tidy(() => {
    if (of === "output") {
      const kernel = conv.depthwise ? "DepthwiseConv2dNative" : "Conv2D";
      const feed = { x: tensor("x"), filter: tensor("filter") };
      return tf.engine().runKernel<tf.Tensor>(kernel, feed, attributes).dataSync<"float32">();
    }
    const result =
      of === "input"
        ? tf
            .engine()
            .runKernel<tf.Tensor>(
              `${prefix}Input`,
              { dy: tensor("dy"), filter: tensor("filter") },
              { ...attributes, inputShape: [...conv.x] },
            )
        : tf
            .engine()
            .runKernel<tf.Tensor>(
              `${prefix}Filter`,
              { x: tensor("x"), dy: tensor("dy") },
              { ...attributes, filterShape: [...conv.filter] },
            );
    return result.dataSync<"float32">();
  });
}

/** Largest difference between a formulation's gradient and tfjs cpu's, relative to the largest value. */
async function errorOf(
  of: Wanted,
  formulation: Parameters<typeof formulationGraph>[1],
  conv: ConvCase,
  target: Target,
): Promise<number> {
  const graph = formulationGraph(of, formulation, conv, target);
  const orders = { maps: [0, 3, 1, 2], filter: conv.depthwise ? [2, 3, 0, 1] : [3, 2, 0, 1] };
  const orderOf = (name: string) => (name === "filter" ? orders.filter : orders.maps);
  const feeds = Object.fromEntries(
    graph.inputs.map(({ name, shape }, index) => {
      const logical = permute(shape as number[], inverse(orderOf(name)));
      return [name, numbers(logical, { seed: index + 1 })];
    }),
  );
  const placed = Object.fromEntries(
    Object.entries(feeds).map(([name, { type, shape, data }]) => {
      const order = orderOf(name);
      const moved = transposeData(data as Float32Array, shape, order);
      return [name, { type, shape: permute(shape, order), data: moved }];
    }),
  );
  const model = { graph, ...emit(graph, { target, externalBytes: Number.POSITIVE_INFINITY }) };
  const { result } = await runModel(model, placed);
  const order = of === "filter" ? orders.filter : orders.maps;
  const { data, shape } = result as HostArray;
  const got = transposeData(data as Float32Array, shape, inverse(order));
  const want = eager(of, conv, feeds);
  expect(got.length).toBe(want.length);
  const scale = Math.max(...want.map(Math.abs));
  return Math.max(...want.map((value, index) => Math.abs(value - (got[index] as number)))) / scale;
}

for (const [name, conv] of Object.entries({ ...cases, ...depthwise })) {
  test(`every formulation agrees with tfjs cpu: ${name}`, async () => {
    await tf.setBackend("cpu");
    for (const of of ["output", "input", "filter"] as const) {
      for (const target of ["native", "portable"] as const) {
        for (const formulation of formulationsOf(of, conv, target).possible) {
          const error = await errorOf(of, formulation, conv, target);
          expect.soft(error, `${of}, ${target}: ${formulation.name}`).toBeLessThan(1e-5);
        }
      }
    }
  });
}

test("the choice depends on maps and channels", () => {
  const chosen = (
    of: Wanted,
    size: number,
    channels: number,
    taps: number,
    strides: number,
    target: Target = "native",
  ) =>
    formulationsOf(
      of,
      {
        x: [8, size, size, channels],
        filter: [taps, taps, channels, channels],
        attributes: { strides, pad: "same" },
      },
      target,
    ).chosen.name;
  expect(chosen("input", 56, 64, 3, 1)).toBe("Conv with the flipped filter");
  expect(chosen("input", 7, 512, 3, 1)).toBe("one NHWC Gemm, its taps added up");
  expect(chosen("input", 56, 128, 3, 2)).toBe("ConvTranspose");
  expect(chosen("filter", 224, 3, 7, 2)).toBe("Conv of x by dy, batch and channels swapped");
  expect(chosen("filter", 56, 64, 3, 1)).toBe("MatMul per picture and tap");
  expect(chosen("filter", 14, 256, 3, 1)).toBe("one Gemm, taps stacked");

  // In WebAssembly products are what takes time, if there are enough of them.
  expect(chosen("output", 56, 64, 3, 1)).toBe("Conv");
  expect(chosen("output", 56, 64, 3, 1, "wasm")).toBe("Winograd's, in tiles of 4 x 4");
  expect(chosen("input", 14, 256, 3, 1, "wasm")).toBe("Winograd's, in tiles of 4 x 4");
  expect(chosen("output", 224, 3, 7, 2, "wasm")).toBe("Winograd's, along columns");
  expect(chosen("output", 56, 64, 3, 2, "wasm")).toBe("Conv");
  expect(chosen("output", 56, 16, 3, 1, "wasm")).toBe("Conv");
});
