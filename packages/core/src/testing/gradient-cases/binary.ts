import * as tf from "@tensorflow/tfjs-core";
import type { GradientCase, InputSpec } from "./case.js";

type Pair = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;
const A: InputSpec = { shape: [2, 3] };
const NONE = "tfjs has no rule";
const UNSUMMED = { unlikeTfjs: "tfjs does not sum over the broadcast axes" };

/** Both of one shape, and each broadcast to the other; `more` is said of the broadcast cases. */
const binary = (
  kernel: string,
  f: Pair,
  range: Omit<InputSpec, "shape"> = {},
  more: Partial<GradientCase> = {},
): readonly GradientCase[] =>
  [
    [
      [2, 3],
      [2, 3],
    ],
    [[2, 3], [3]],
    [
      [2, 1],
      [4, 1, 3],
    ],
  ].map(([a, b]) => ({
    name: `${kernel} [${a}] [${b}]`,
    kernels: [kernel],
    f: (x, y) => f(x!, y!),
    inputs: [
      { shape: a!, ...range },
      { shape: b!, ...range },
    ],
    ...(a!.join() === b!.join() ? {} : more),
  }));

const compared = (kernel: string, f: Pair): GradientCase => ({
  name: kernel,
  kernels: [kernel],
  f: (a, b) => tf.mul(a!, tf.cast(f(a!, b!), "float32")),
  inputs: [
    { shape: [2, 3], low: 0, high: 0.4 },
    { shape: [2, 3], low: 0.5, high: 1 },
  ],
  unlikeTfjs: NONE,
});

const positive: Pair = (a, b) => tf.logicalAnd(tf.greater(a, 0), tf.greater(b, 0));

export const binaryCases: readonly GradientCase[] = [
  ...binary("Add", tf.add),
  ...binary("Sub", tf.sub),
  ...binary("Multiply", tf.mul),
  ...binary("RealDiv", tf.div, { low: 0.5, high: 2 }),
  ...binary("SquaredDifference", tf.squaredDifference, {}, UNSUMMED),
  ...binary("Pow", tf.pow, { low: 0.5, high: 2 }),
  ...binary("Atan2", tf.atan2, { low: 0.5, high: 2 }),
  ...binary("Maximum", (a, b) => tf.maximum(a, tf.mul(b, 0.04)), { avoid: [0] }, UNSUMMED),
  ...binary("Minimum", (a, b) => tf.minimum(a, tf.mul(b, 0.04)), { avoid: [0] }, UNSUMMED),
  {
    name: "Mod",
    kernels: ["Mod"],
    f: (a, b) => tf.mod(a!, b!),
    inputs: [
      { shape: [2, 3], low: 2.2, high: 2.6 },
      { shape: [2, 3], low: 0.9, high: 1 },
    ],
  },
  {
    name: "FloorDiv",
    kernels: ["FloorDiv"],
    f: (a, b) => tf.mul(a!, tf.floorDiv(a!, b!)),
    inputs: [
      { shape: [2, 3], low: 2.2, high: 2.6 },
      { shape: [2, 3], low: 0.9, high: 1 },
    ],
    unlikeTfjs: "tfjs differentiates the division and leaves out the floor",
  },
  {
    name: "Prelu",
    kernels: ["Prelu"],
    f: (x, alpha) => tf.prelu(x!, alpha!),
    inputs: [{ ...A, avoid: [0] }, { shape: [3] }],
  },
  {
    name: "AddN",
    kernels: ["AddN"],
    f: (a, b, c) => tf.addN([a!, tf.mul(b!, c!), c!]),
    inputs: [A, A, A],
  },
  compared("Equal", tf.equal),
  compared("NotEqual", tf.notEqual),
  compared("Greater", tf.greater),
  compared("GreaterEqual", tf.greaterEqual),
  compared("Less", tf.less),
  compared("LessEqual", tf.lessEqual),
  compared("LogicalAnd", positive),
  compared("LogicalOr", (a, b) => tf.logicalOr(positive(a, b), tf.less(a, b))),
];
