import * as tf from "@tensorflow/tfjs-core";
import type { GradientCase, InputSpec } from "./case.js";

const one = (
  name: string,
  kernels: readonly string[],
  f: (x: tf.Tensor) => tf.Tensor,
  shape: readonly number[] = [2, 3, 4],
  input: Omit<InputSpec, "shape"> = {},
  more: Partial<GradientCase> = {},
): GradientCase => ({ name, kernels, f, inputs: [{ shape, ...input }], ...more });

const many = (
  name: string,
  kernels: readonly string[],
  f: (...xs: tf.Tensor[]) => tf.Tensor,
  ...shapes: readonly (readonly number[])[]
): GradientCase => ({ name, kernels, f, inputs: shapes.map((shape) => ({ shape })) });

const TRANSPOSED = { unlikeTfjs: "tfjs returns the gradient transposed unless the axis is last" };

const ints = (values: number[] | number[][]): tf.Tensor => tf.tensor(values, undefined, "int32");

const reductions: readonly GradientCase[] = [
  one("Sum all", ["Sum"], (x) => tf.sum(x)),
  one("Sum 1", ["Sum"], (x) => tf.sum(x, 1)),
  one("Sum keep", ["Sum"], (x) => tf.sum(x, [0, 2], true)),
  one("Mean all", ["Mean"], (x) => tf.mean(x)),
  one("Mean -1", ["Mean"], (x) => tf.mean(x, -1, true)),
  one("Max all", ["Max"], (x) => tf.max(x), [2, 3]),
  one("Max 1", ["Max"], (x) => tf.max(x, 1, true)),
  one("Min 0 2", ["Min"], (x) => tf.min(x, [0, 2])),
  one("Prod 1", ["Prod"], (x) => tf.prod(x, 1), [2, 3, 4], { low: 0.5, high: 2 }),
  one(
    "Prod with a zero",
    ["Prod"],
    (x) => tf.prod(tf.mul(x, [[0, 1, 2]]), 1),
    [2, 3],
    {},
    {
      unlikeTfjs: "checked apart from it: tfjs handles zeros too, but not this broadcast",
    },
  ),
  one("Softmax", ["Softmax"], (x) => tf.softmax(x)),
  one("LogSoftmax", ["LogSoftmax"], (x) => tf.logSoftmax(x)),
  one("LogSumExp", ["Max", "Exp", "Sum"], (x) => tf.logSumExp(x, 1)),
  one("Cumsum", ["Cumsum"], (x) => tf.cumsum(x, 1), [2, 3, 4], {}, TRANSPOSED),
  one(
    "Cumsum exclusive reverse",
    ["Cumsum"],
    (x) => tf.cumsum(x, 0, true, true),
    [2, 3, 4],
    {},
    TRANSPOSED,
  ),
  one("Cumsum last axis", ["Cumsum"], (x) => tf.cumsum(x, 2)),
];

const moved: readonly GradientCase[] = [
  one("Reshape", ["Reshape"], (x) => tf.reshape(x, [4, -1])),
  one("ExpandDims", ["ExpandDims"], (x) => tf.expandDims(x, 1)),
  one("Transpose", ["Transpose"], (x) => tf.transpose(x, [2, 0, 1])),
  one("Transpose default", ["Transpose"], (x) => tf.transpose(x)),
  one("Slice", ["Slice"], (x) => tf.slice(x, [1, 0, 2], [1, 2, 2])),
  one("Slice to the end", ["Slice"], (x) => tf.slice(x, [0, 1], [-1, 2])),
  one("PadV2", ["PadV2"], (x) =>
    tf.pad(
      x,
      [
        [0, 1],
        [2, 0],
        [1, 1],
      ],
      3,
    ),
  ),
  one("Reverse", ["Reverse"], (x) => tf.reverse(x, [0, 2])),
  one("Tile", ["Tile"], (x) => tf.tile(x, [2, 1, 3])),
  one("BroadcastTo", ["Tile"], (x) => tf.broadcastTo(x, [2, 3, 4]), [3, 1]),
  one("BroadcastTo kernel", ["BroadcastTo"], (x) => tf.broadcastTo(x, [2, 3, 4]), [3, 4]),
  one("SplitV", ["SplitV"], (x) => {
    const [a, , c] = tf.split(x, [1, 2, 1], 2);
    return tf.mul(a!, c!);
  }),
  one("Unpack", ["Unpack"], (x) => {
    const [a, , c] = tf.unstack(x, 1);
    return tf.mul(a!, c!);
  }),
  ...[
    { begin: [0, 1, 0], end: [2, 3, 4], strides: [1, 2, 3] },
    { begin: [1, 0, 1], end: [2, 3, 4], strides: [1, 2, 2] },
  ].map(({ begin, end, strides }, index) =>
    one(
      `StridedSlice ${index}`,
      ["StridedSlice"],
      (x) => tf.stridedSlice(x, begin, end, strides),
      [2, 3, 4],
      {},
      { unlikeTfjs: "none there" },
    ),
  ),
  one(
    "StridedSlice masks",
    ["StridedSlice"],
    (x) => tf.stridedSlice(x, [0, 1, 0], [0, 2, 0], [2, 1, 3], 0b101, 0b101),
    [3, 3, 4],
    {},
    { unlikeTfjs: "none there" },
  ),
];

const joined: readonly GradientCase[] = [
  many("Concat", ["Concat"], (a, b, c) => tf.concat([a!, b!, c!], 1), [2, 3], [2, 1], [2, 2]),
  many("Pack", ["Pack"], (a, b) => tf.stack([a!, b!], 1), [2, 3], [2, 3]),
  {
    ...many("Select", ["Select"], (x, t, e) => tf.where(tf.greater(x!, 0), t!, e!), [4], [4], [4]),
    unlikeTfjs: "tfjs has no gradient of the comparison",
    inputs: [{ shape: [4], avoid: [0] }, { shape: [4] }, { shape: [4] }],
  },
  many("GatherV2", ["GatherV2"], (x) => tf.gather(x!, ints([2, 0, 2]), 1), [2, 3, 2]),
  many(
    "GatherV2 matrix",
    ["GatherV2"],
    (x) =>
      tf.gather(
        x!,
        ints([
          [1, 0],
          [1, 1],
        ]),
      ),
    [2, 3],
  ),
  many(
    "GatherV2 batch",
    ["GatherV2"],
    (x) =>
      tf.gather(
        x!,
        ints([
          [2, 0, 2],
          [1, 1, 0],
        ]),
        1,
        1,
      ),
    [2, 3, 2],
  ),
  {
    ...many(
      "GatherV2 batch, later axis",
      ["GatherV2"],
      (x) =>
        tf.gather(
          x!,
          ints([
            [2, 0],
            [1, 1],
          ]),
          2,
          1,
        ),
      [2, 2, 3],
    ),
    unlikeTfjs: "tfjs's rule is for the axis next to the batch",
  },
  many(
    "UnsortedSegmentSum",
    ["UnsortedSegmentSum"],
    (x) => tf.unsortedSegmentSum(x!, tf.tensor1d([1, 0, 1, -1], "int32"), 3),
    [4, 2],
  ),
  {
    ...many(
      "GatherNd",
      ["GatherNd"],
      (x) =>
        tf.gatherND(
          x!,
          ints([
            [0, 1],
            [1, 2],
            [0, 1],
          ]),
        ),
      [2, 3, 2],
    ),
    unlikeTfjs: "none there",
  },
];

export const shapeCases: readonly GradientCase[] = [...reductions, ...moved, ...joined];
