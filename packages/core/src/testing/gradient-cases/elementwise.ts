import * as tf from "@tensorflow/tfjs-core";
import { relu, relu6 } from "../../nn/activation.js";
import { gelu } from "../../nn/kernels.js";
import type { GradientCase, InputSpec } from "./case.js";

const S = [2, 3];
const unary = (
  kernel: string,
  f: (x: tf.Tensor) => tf.Tensor,
  input: Omit<InputSpec, "shape"> = {},
): GradientCase => ({ name: kernel, kernels: [kernel], f, inputs: [{ shape: S, ...input }] });

/** A step's own gradient is zero; multiplied by x, the other factor's is not. */
const stepped = (
  kernel: string,
  f: (x: tf.Tensor) => tf.Tensor,
  input: Omit<InputSpec, "shape"> = {},
): GradientCase =>
  unary(kernel, (x) => tf.mul(x, tf.cast(f(x), "float32")), {
    low: -1.4,
    high: 1.4,
    avoid: [-1, -0.5, 0, 0.5, 1],
    ...input,
  });

export const elementwiseCases: readonly GradientCase[] = [
  unary("Abs", tf.abs, { avoid: [0] }),
  unary("Acos", tf.acos, { low: -0.8, high: 0.8 }),
  unary("Acosh", tf.acosh, { low: 1.5, high: 3 }),
  unary("Asin", tf.asin, { low: -0.8, high: 0.8 }),
  unary("Asinh", tf.asinh),
  unary("Atan", tf.atan),
  unary("Atanh", tf.atanh, { low: -0.7, high: 0.7 }),
  unary("Cos", tf.cos),
  unary("Cosh", tf.cosh),
  unary("ClipByValue", (x) => tf.clipByValue(x, -0.5, 0.4), { avoid: [-0.5, 0.4] }),
  unary("Elu", tf.elu, { avoid: [0] }),
  unary("Erf", tf.erf),
  unary("Exp", tf.exp),
  unary("Expm1", tf.expm1),
  unary("LeakyRelu", (x) => tf.leakyRelu(x, 0.1), { avoid: [0] }),
  unary("Log", tf.log, { low: 0.5, high: 2 }),
  unary("Log1p", tf.log1p, { low: 0.5, high: 2 }),
  unary("Neg", tf.neg),
  unary("Reciprocal", tf.reciprocal, { low: 0.5, high: 2 }),
  unary("Relu", tf.relu, { avoid: [0] }),
  unary("Relu6", tf.relu6, { low: -2, high: 8, avoid: [0, 6] }),
  { ...unary("Relu", relu, { avoid: [0] }), name: "nn relu" },
  { ...unary("Relu6", relu6, { low: -2, high: 8, avoid: [0, 6] }), name: "nn relu6" },
  unary("Gelu", gelu, { low: -2, high: 2 }),
  unary("Rsqrt", tf.rsqrt, { low: 0.5, high: 2 }),
  unary("Selu", tf.selu, { avoid: [0] }),
  unary("Sigmoid", tf.sigmoid),
  unary("Sin", tf.sin),
  unary("Sinh", tf.sinh),
  unary("Softplus", tf.softplus),
  unary("Sqrt", tf.sqrt, { low: 0.5, high: 2 }),
  unary("Square", tf.square),
  unary("Tan", tf.tan),
  unary("Tanh", tf.tanh),
  unary("Identity", (x) => tf.mul(tf.clone(x), x)),
  unary("Cast", (x) => tf.cast(x, "float32")),
  stepped("Ceil", tf.ceil),
  stepped("Floor", tf.floor),
  stepped("Round", tf.round),
  stepped("Sign", tf.sign),
  stepped("Step", (x) => tf.step(x, 0.3)),
  stepped("IsFinite", tf.isFinite),
  stepped("IsInf", tf.isInf),
  stepped("IsNan", tf.isNaN),
  { ...stepped("LogicalNot", (x) => tf.logicalNot(tf.greater(x, 0))), unlikeTfjs: "none there" },
  { ...stepped("All", (x) => tf.all(tf.greater(x, 0), 1, true)), unlikeTfjs: "none there" },
  { ...stepped("Any", (x) => tf.any(tf.greater(x, 0), 1, true)), unlikeTfjs: "none there" },
  stepped("ArgMax", (x) => tf.expandDims(tf.argMax(x, 1), 1)),
  stepped("ArgMin", (x) => tf.expandDims(tf.argMin(x, 1), 1)),
  stepped("OnesLike", tf.onesLike),
  stepped("ZerosLike", tf.zerosLike),
  stepped("OneHot", (x) => tf.oneHot(tf.argMax(x, 1) as tf.Tensor1D, 3)),
];
