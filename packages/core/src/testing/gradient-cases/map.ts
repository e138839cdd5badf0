import * as tf from "@tensorflow/tfjs-core";
import { batchNormTrain, layerNormKernel, relu6Grad, reluGrad } from "../../nn/kernels.js";
import type { GradientCase } from "./case.js";

type Pad = Parameters<typeof tf.conv2d>[3];

const map = (x: tf.Tensor | undefined): tf.Tensor4D => x as tf.Tensor4D;
const row = (x: tf.Tensor | undefined): tf.Tensor1D => x as tf.Tensor1D;

const matmul = (
  a: readonly number[],
  b: readonly number[],
  ta: boolean,
  tb: boolean,
): GradientCase => ({
  name: `BatchMatMul [${a}]${ta ? "T" : ""} [${b}]${tb ? "T" : ""}`,
  kernels: ["BatchMatMul"],
  f: (x, y) => tf.matMul(x!, y!, ta, tb),
  inputs: [{ shape: a }, { shape: b }],
  ...(a.length === b.length ? {} : { unlikeTfjs: "tfjs does not sum over broadcast batches" }),
});

const convolution = (
  pad: Pad,
  stride: number,
  dilation = 1,
  shape: readonly number[] = [2, 5, 6, 2],
): readonly GradientCase[] => {
  const label = `pad ${JSON.stringify(pad)} stride ${stride} dilation ${dilation} [${shape}]`;
  const more = dilation > 1 ? { unlikeTfjs: "tfjs refuses dilation" } : {};
  return [
    {
      name: `Conv2D ${label}`,
      kernels: ["Conv2D"],
      f: (x, w) => tf.conv2d(map(x), map(w), stride, pad, "NHWC", dilation),
      inputs: [{ shape }, { shape: [3, 2, shape[3]!, 3] }],
      ...more,
    },
    {
      name: `DepthwiseConv2dNative ${label}`,
      kernels: ["DepthwiseConv2dNative"],
      f: (x, w) => tf.depthwiseConv2d(map(x), map(w), stride, pad, "NHWC", dilation),
      inputs: [{ shape }, { shape: [3, 2, shape[3]!, 2] }],
      ...more,
    },
  ];
};

/** Every value of a pooling window far enough from the others for a finite difference. */
const spreadOut = (x: tf.Tensor | undefined): tf.Tensor4D => {
  const { size, shape } = map(x);
  // 37 has no factor in common with the size, so the whole numbers are all different.
  const apart = tf.mod(tf.mul(tf.range(0, size), 37), size);
  return tf.add(map(x), tf.mul(tf.reshape(apart, shape), 3));
};

const pools: readonly GradientCase[] = (
  [
    [2, 2, "valid"],
    [3, 2, 1],
    [3, 2, "same"],
    [
      3,
      1,
      [
        [0, 0],
        [1, 1],
        [0, 2],
        [0, 0],
      ],
    ],
    [1, 2, "valid"],
  ] as const
).flatMap(([size, stride, given]) => {
  const pad = given as Pad;
  const label = `${size} stride ${stride} pad ${JSON.stringify(pad)}`;
  const inputs = [{ shape: [2, 5, 6, 2] }];
  const padded = given !== "valid";
  return [
    {
      name: `MaxPool ${label}`,
      kernels: ["MaxPool"],
      f: (x) => tf.maxPool(spreadOut(x), size, stride, pad),
      inputs,
    },
    {
      name: `AvgPool ${label}`,
      kernels: ["AvgPool"],
      f: (x) => tf.avgPool(map(x), size, stride, pad),
      inputs,
      ...(padded ? { unlikeTfjs: "tfjs divides by the whole window at the border" } : {}),
    },
  ] satisfies GradientCase[];
});

const masks: readonly GradientCase[] = [
  {
    name: "ReluGrad",
    kernels: ["ReluGrad"],
    f: (y, dy) => reluGrad(y!, dy!),
    inputs: [{ shape: [6], avoid: [0] }, { shape: [6] }],
  },
  {
    name: "Relu6Grad",
    kernels: ["Relu6Grad"],
    f: (y, dy) => relu6Grad(y!, dy!),
    inputs: [{ shape: [9], low: -2, high: 8, avoid: [0, 6] }, { shape: [9] }],
  },
];

const norms: readonly GradientCase[] = [
  {
    name: "FusedBatchNorm",
    kernels: ["FusedBatchNorm"],
    f: (x, mean, variance, offset, scale) =>
      tf.batchNorm(map(x), row(mean), row(variance), row(offset), row(scale), 1e-3),
    inputs: [
      { shape: [2, 3, 2, 3] },
      { shape: [3] },
      { shape: [3], low: 0.5, high: 2 },
      { shape: [3] },
      { shape: [3] },
    ],
  },
  {
    name: "BatchNormTrain",
    kernels: ["BatchNormTrain"],
    f: (x, scale, offset) => batchNormTrain(x!, scale!, offset!, 1e-3)[0],
    inputs: [{ shape: [2, 3, 2, 3] }, { shape: [3] }, { shape: [3] }],
  },
  {
    name: "BatchNormTrain rank 2",
    kernels: ["BatchNormTrain"],
    f: (x, scale, offset) => batchNormTrain(x!, scale!, offset!, 1e-3)[0],
    inputs: [{ shape: [5, 3] }, { shape: [3] }, { shape: [3] }],
  },
  {
    name: "LayerNorm",
    kernels: ["LayerNorm"],
    f: (x, scale, offset) => layerNormKernel(x!, scale!, offset!, 1e-3)[0],
    inputs: [{ shape: [2, 3, 5] }, { shape: [5] }, { shape: [5] }],
  },
];

export const mapCases: readonly GradientCase[] = [
  matmul([2, 3], [3, 4], false, false),
  matmul([2, 3], [4, 3], false, true),
  matmul([3, 2], [3, 4], true, false),
  matmul([3, 2], [4, 3], true, true),
  matmul([2, 2, 3], [2, 4, 3], false, true),
  matmul([2, 2, 3], [3, 4], false, false),
  ...convolution("valid", 1),
  ...convolution("same", 2),
  ...convolution(1, 2),
  ...convolution(
    [
      [0, 0],
      [1, 2],
      [0, 1],
      [0, 0],
    ],
    1,
  ),
  ...convolution("same", 1, 2),
  ...convolution(2, 1, 2, [1, 6, 5, 2]),
  {
    name: "Conv2DBackpropInput",
    kernels: ["Conv2DBackpropInput"],
    f: (x, w) => tf.conv2dTranspose(map(x), map(w), [2, 5, 6, 2], 2, "same"),
    inputs: [{ shape: [2, 3, 3, 3] }, { shape: [3, 2, 2, 3] }],
  },
  ...pools,
  {
    name: "ResizeBilinear",
    kernels: ["ResizeBilinear"],
    f: (x) => tf.image.resizeBilinear(map(x), [5, 3]),
    inputs: [{ shape: [1, 3, 4, 2] }],
    unlikeTfjs: "tfjs's CPU kernel swaps height and width in the shape",
  },
  {
    name: "ResizeNearestNeighbor",
    kernels: ["ResizeNearestNeighbor"],
    f: (x) => tf.image.resizeNearestNeighbor(map(x), [5, 3]),
    inputs: [{ shape: [1, 3, 4, 2] }],
  },
  ...norms,
  ...masks,
];
