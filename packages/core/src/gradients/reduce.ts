import * as tf from "@tensorflow/tfjs-core";
import { keptShape, rebroadcast } from "./broadcast.js";
import { type Attributes, attribute, type Rule, type Rules, single } from "./rule.js";

const axesOf = (x: tf.Tensor, attributes: Attributes, name = "axis"): number[] =>
  tf.util.parseAxisParam(attribute<number | number[]>(attributes, name), x.shape);

const countOf = (x: tf.Tensor, axes: readonly number[]): number =>
  axes.reduce((count, axis) => count * x.shape[axis]!, 1);

/** The extremes share dy in equal parts, as in PyTorch's amax and amin. */
const extreme = (axisName: string): Rule => ({
  inputsToSave: ["x"],
  outputsToSave: [true],
  gradFunc: (dys, [x, y], attributes) => ({
    x: () => {
      const axes = axesOf(x!, attributes, axisName);
      const kept = keptShape(x!.shape, axes);
      const hits = tf.cast(tf.equal(x!, tf.reshape(y!, kept)), "float32");
      const share = tf.div(tf.reshape(single(dys), kept), tf.sum(hits, axes, true));
      return tf.mul(hits, share);
    },
  }),
});

/** Product of all the others, by products from both ends, so that a zero factor needs no division. */
function productOfOthers(x: tf.Tensor, axes: readonly number[]): tf.Tensor {
  const others = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const permutation = [...others, ...axes];
  const moved = tf.transpose(x, permutation);
  const flat = tf.reshape(moved, [-1, countOf(x, axes)]);
  const product = tf.mul(tf.cumprod(flat, 1, true), tf.cumprod(flat, 1, true, true));
  const undo = permutation.map((_, axis) => permutation.indexOf(axis));
  return tf.transpose(tf.reshape(product, moved.shape), undo);
}

/** Reductions, softmax and running sums. */
export const reduceRules: Rules = {
  Sum: {
    inputsToSave: ["x"],
    gradFunc: (dys, [x], attributes) => ({
      x: () => rebroadcast(single(dys), x!.shape, axesOf(x!, attributes)),
    }),
  },
  Mean: {
    inputsToSave: ["x"],
    gradFunc: (dys, [x], attributes) => ({
      x: () => {
        const axes = axesOf(x!, attributes);
        return rebroadcast(tf.div(single(dys), countOf(x!, axes)), x!.shape, axes);
      },
    }),
  },
  Max: extreme("reductionIndices"),
  Min: extreme("axis"),
  Prod: {
    inputsToSave: ["x"],
    gradFunc: (dys, [x], attributes) => ({
      x: () => {
        const axes = axesOf(x!, attributes);
        const dy = tf.reshape(single(dys), keptShape(x!.shape, axes));
        return tf.mul(dy, productOfOthers(x!, axes));
      },
    }),
  },
  Softmax: {
    outputsToSave: [true],
    gradFunc: (dys, [y], attributes) => ({
      logits: () => {
        const weighted = tf.mul(single(dys), y!);
        const total = tf.sum(weighted, attribute<number>(attributes, "dim"), true);
        return tf.sub(weighted, tf.mul(y!, total));
      },
    }),
  },
  LogSoftmax: {
    outputsToSave: [true],
    gradFunc: (dys, [y], attributes) => ({
      logits: () => {
        const dy = single(dys);
        const total = tf.sum(dy, attribute<number>(attributes, "axis"), true);
        return tf.sub(dy, tf.mul(tf.exp(y!), total));
      },
    }),
  },
  Cumsum: {
    gradFunc: (dys, _, attributes) => ({
      x: () =>
        tf.cumsum(
          single(dys),
          attribute<number>(attributes, "axis"),
          attribute<boolean>(attributes, "exclusive"),
          !attribute<boolean>(attributes, "reverse"),
        ),
    }),
  },
};
