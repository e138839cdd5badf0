import * as tf from "@tensorflow/tfjs-core";
import { type Attributes, attribute, type Rule, type Rules, single } from "./rule.js";

type Formula = (dy: tf.Tensor, kept: tf.Tensor, attributes: Attributes) => tf.Tensor;

const fromInput = (formula: Formula): Rule => ({
  inputsToSave: ["x"],
  gradFunc: (dy, [x], attributes) => ({ x: () => formula(single(dy), x!, attributes) }),
});

/** Formulas in terms of the output: the input need not be kept, and what made it can be fused. */
const fromOutput = (formula: Formula): Rule => ({
  outputsToSave: [true],
  gradFunc: (dy, [y], attributes) => ({ x: () => formula(single(dy), y!, attributes) }),
});

const SELU_ALPHA = 1.7580993408473768;
const SELU_SCALE = 1.0507009873554805;

/** Kernels of one input `x`. */
export const elementwiseRules: Rules = {
  Abs: fromInput((dy, x) => tf.mul(dy, tf.sign(x))),
  Acos: fromInput((dy, x) => tf.neg(tf.div(dy, tf.sqrt(tf.sub(1, tf.square(x)))))),
  Acosh: fromInput((dy, x) => tf.div(dy, tf.sqrt(tf.sub(tf.square(x), 1)))),
  Asin: fromInput((dy, x) => tf.div(dy, tf.sqrt(tf.sub(1, tf.square(x))))),
  Asinh: fromInput((dy, x) => tf.div(dy, tf.sqrt(tf.add(tf.square(x), 1)))),
  Atan: fromInput((dy, x) => tf.div(dy, tf.add(tf.square(x), 1))),
  Atanh: fromInput((dy, x) => tf.div(dy, tf.sub(1, tf.square(x)))),
  Cos: fromInput((dy, x) => tf.neg(tf.mul(dy, tf.sin(x)))),
  Cosh: fromInput((dy, x) => tf.mul(dy, tf.sinh(x))),
  ClipByValue: fromInput((dy, x, attributes) =>
    masked(
      dy,
      tf.logicalAnd(
        tf.greaterEqual(x, attribute<number>(attributes, "clipValueMin")),
        tf.lessEqual(x, attribute<number>(attributes, "clipValueMax")),
      ),
    ),
  ),
  // min(y, 0) + 1 is y + 1 = exp(x) on the negative side and 1 on the positive.
  Elu: fromOutput((dy, y) => tf.mul(dy, tf.add(tf.minimum(y, 0), 1))),
  Erf: fromInput((dy, x) =>
    tf.mul(dy, tf.mul(2 / Math.sqrt(Math.PI), tf.exp(tf.neg(tf.square(x))))),
  ),
  Exp: fromOutput((dy, y) => tf.mul(dy, y)),
  Expm1: fromOutput((dy, y) => tf.mul(dy, tf.add(y, 1))),
  LeakyRelu: fromInput((dy, x, attributes) =>
    tf.mul(dy, tf.step(x, attribute<number>(attributes, "alpha"))),
  ),
  Log: fromInput((dy, x) => tf.div(dy, x)),
  Log1p: fromInput((dy, x) => tf.div(dy, tf.add(x, 1))),
  Neg: fromOutput((dy) => tf.neg(dy)),
  Reciprocal: fromOutput((dy, y) => tf.neg(tf.mul(dy, tf.square(y)))),
  Rsqrt: fromOutput((dy, y) => tf.mul(dy, tf.mul(-0.5, tf.mul(tf.square(y), y)))),
  Selu: fromOutput((dy, y) =>
    tf.mul(dy, tf.where(tf.greater(y, 0), tf.fill(y.shape, SELU_SCALE), tf.add(y, SELU_ALPHA))),
  ),
  Sigmoid: fromOutput((dy, y) => tf.mul(dy, tf.mul(y, tf.sub(1, y)))),
  Sin: fromInput((dy, x) => tf.mul(dy, tf.cos(x))),
  Sinh: fromInput((dy, x) => tf.mul(dy, tf.cosh(x))),
  Softplus: fromInput((dy, x) => tf.mul(dy, tf.sigmoid(x))),
  Sqrt: fromOutput((dy, y) => tf.div(dy, tf.mul(2, y))),
  Square: fromInput((dy, x) => tf.mul(dy, tf.mul(2, x))),
  Tan: fromOutput((dy, y) => tf.mul(dy, tf.add(1, tf.square(y)))),
  Tanh: fromOutput((dy, y) => tf.mul(dy, tf.sub(1, tf.square(y)))),
  Identity: fromOutput((dy) => tf.cast(dy, "float32")),
  Cast: fromOutput((dy) => tf.cast(dy, "float32")),
};

/** `dy` where the mask is true, else 0. */
export const masked = (dy: tf.Tensor, mask: tf.Tensor): tf.Tensor =>
  tf.mul(dy, tf.cast(mask, "float32"));
