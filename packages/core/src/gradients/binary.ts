import * as tf from "@tensorflow/tfjs-core";
import { unbroadcast } from "./broadcast.js";
import { masked } from "./elementwise.js";
import { type Rule, type Rules, single } from "./rule.js";

type Formula = (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor, y: tf.Tensor) => tf.Tensor;

/** Formulas for both inputs at the broadcast shape; the sum over stretched axes is added here. */
const binary = (a: Formula, b: Formula): Rule => ({
  inputsToSave: ["a", "b"],
  outputsToSave: [true],
  gradFunc: (dys, [left, right, y]) => {
    const dy = single(dys);
    return {
      a: () => unbroadcast(a(dy, left!, right!, y!), left!.shape),
      b: () => unbroadcast(b(dy, left!, right!, y!), right!.shape),
    };
  },
});

/** a^b has no real derivative by b where a is not positive; 0 is what every framework gives there. */
const logOfPositive = (a: tf.Tensor): tf.Tensor => {
  const positive = tf.greater(a, 0);
  return tf.where(positive, tf.log(tf.where(positive, a, tf.onesLike(a))), tf.zerosLike(a));
};

const squares = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.add(tf.square(a), tf.square(b));

/** Kernels of two inputs `a` and `b` that broadcast. */
export const binaryRules: Rules = {
  Add: binary(
    (dy) => dy,
    (dy) => dy,
  ),
  Sub: binary(
    (dy) => dy,
    (dy) => tf.neg(dy),
  ),
  Multiply: binary(
    (dy, _, b) => tf.mul(dy, tf.cast(b, "float32")),
    (dy, a) => tf.mul(dy, tf.cast(a, "float32")),
  ),
  RealDiv: binary(
    (dy, _, b) => tf.div(dy, tf.cast(b, "float32")),
    (dy, _, b, y) => tf.neg(tf.div(tf.mul(dy, y), tf.cast(b, "float32"))),
  ),
  SquaredDifference: binary(
    (dy, a, b) => tf.mul(dy, tf.mul(2, tf.sub(a, b))),
    (dy, a, b) => tf.mul(dy, tf.mul(2, tf.sub(b, a))),
  ),
  // A tie goes to `a`, so that the two gradients always add up to dy.
  Maximum: binary(
    (dy, a, b) => masked(dy, tf.greaterEqual(a, b)),
    (dy, a, b) => masked(dy, tf.less(a, b)),
  ),
  Minimum: binary(
    (dy, a, b) => masked(dy, tf.lessEqual(a, b)),
    (dy, a, b) => masked(dy, tf.greater(a, b)),
  ),
  Pow: binary(
    (dy, a, b) => tf.mul(dy, tf.mul(b, tf.pow(a, tf.sub(b, 1)))),
    (dy, a, _, y) => tf.mul(dy, tf.mul(y, logOfPositive(a))),
  ),
  Mod: binary(
    (dy) => dy,
    (dy, a, b) => tf.neg(tf.mul(dy, tf.floor(tf.div(a, b)))),
  ),
  Atan2: binary(
    (dy, a, b) => tf.mul(dy, tf.div(b, squares(a, b))),
    (dy, a, b) => tf.neg(tf.mul(dy, tf.div(a, squares(a, b)))),
  ),
  Prelu: {
    inputsToSave: ["x", "alpha"],
    gradFunc: (dys, [x, alpha]) => {
      const dy = single(dys);
      return {
        x: () => tf.where(tf.greater(x!, 0), dy, tf.mul(dy, alpha!)),
        alpha: () => unbroadcast(tf.mul(dy, tf.minimum(x!, 0)), alpha!.shape),
      };
    },
  },
  AddN: {
    saveAllInputs: true,
    gradFunc: (dys, inputs) =>
      Object.fromEntries(inputs.map((_, index) => [index, () => tf.clone(single(dys))])),
  },
};
