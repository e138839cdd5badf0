import * as tf from "@tensorflow/tfjs-core";
import { attribute, type Rule, type Rules, single } from "./rule.js";
import { stridedSliceGradient } from "./strided-slice.js";

const toShapeOf = (name: string): Rule => ({
  inputsToSave: [name],
  gradFunc: (dys, [x]) => ({ [name]: () => tf.reshape(single(dys), x!.shape) }),
});

/** Sums the copies, an axis at a time: reshaping every axis in two would pass the largest rank. */
function untile(dy: tf.Tensor, shape: readonly number[]): tf.Tensor {
  return shape.reduce((sum, size, axis) => {
    const copies = dy.shape[axis]! / size;
    if (copies === 1) return sum;
    const before = sum.shape.slice(0, axis);
    const after = sum.shape.slice(axis + 1);
    const parts = tf.reshape(sum, [product(before), copies, size, product(after)]);
    return tf.reshape(tf.sum(parts, 1), [...before, size, ...after]);
  }, dy);
}

const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);

const positive = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

/** Kernels that move values without changing them. */
export const movementRules: Rules = {
  Reshape: toShapeOf("x"),
  ExpandDims: toShapeOf("input"),
  Transpose: {
    gradFunc: (dys, _, attributes) => ({
      x: () => {
        const permutation = attribute<number[]>(attributes, "perm");
        return tf.transpose(
          single(dys),
          permutation.map((_axis, axis) => permutation.indexOf(axis)),
        );
      },
    }),
  },
  Slice: {
    inputsToSave: ["x"],
    gradFunc: (dys, [x], attributes) => ({
      x: () => {
        const dy = single(dys);
        const begin = attribute<number[]>(attributes, "begin");
        return tf.pad(
          dy,
          x!.shape.map((size, axis): [number, number] => {
            const start = begin[axis] ?? 0;
            return [start, size - start - dy.shape[axis]!];
          }),
        );
      },
    }),
  },
  StridedSlice: {
    inputsToSave: ["x"],
    gradFunc: (dys, [x], attributes) => ({
      x: () => stridedSliceGradient(single(dys), x!.shape, attributes),
    }),
  },
  PadV2: {
    inputsToSave: ["x"],
    gradFunc: (dys, [x], attributes) => ({
      x: () => {
        const paddings = attribute<[number, number][]>(attributes, "paddings");
        return tf.slice(
          single(dys),
          paddings.map(([before]) => before),
          x!.shape,
        );
      },
    }),
  },
  Reverse: {
    gradFunc: (dys, _, attributes) => ({
      x: () => tf.reverse(single(dys), attribute<number | number[]>(attributes, "dims")),
    }),
  },
  Tile: {
    inputsToSave: ["x"],
    gradFunc: (dys, [x]) => ({ x: () => untile(single(dys), x!.shape) }),
  },
  BroadcastTo: {
    inputsToSave: ["x"],
    gradFunc: (dys, [x]) => ({ x: () => untile(single(dys), x!.shape) }),
  },
  Select: {
    inputsToSave: ["condition"],
    gradFunc: (dys, [condition]) => {
      const dy = single(dys);
      return {
        condition: () => tf.zeros(condition!.shape, "float32"),
        t: () => tf.where(condition!, dy, tf.zerosLike(dy)),
        e: () => tf.where(condition!, tf.zerosLike(dy), dy),
      };
    },
  },
  Concat: {
    saveAllInputs: true,
    gradFunc: (dys, inputs, attributes) => {
      const dy = single(dys);
      const axis = positive(attribute<number>(attributes, "axis"), dy.rank);
      const starts = inputs.map((_, index) =>
        inputs.slice(0, index).reduce((sum, before) => sum + before.shape[axis]!, 0),
      );
      return Object.fromEntries(
        inputs.map((input, index) => {
          const begin = dy.shape.map((_, at) => (at === axis ? starts[index]! : 0));
          return [index, () => tf.slice(dy, begin, input.shape)];
        }),
      );
    },
  },
  SplitV: {
    gradFunc: (dys, _, attributes) => ({
      x: () => tf.concat(all(dys), attribute<number>(attributes, "axis")),
    }),
  },
  Pack: {
    saveAllInputs: true,
    gradFunc: (dys, inputs, attributes) => {
      const dy = single(dys);
      const axis = positive(attribute<number>(attributes, "axis"), dy.rank);
      const size = dy.shape.map((length, at) => (at === axis ? 1 : length));
      return Object.fromEntries(
        inputs.map((input, index) => {
          const begin = dy.shape.map((_, at) => (at === axis ? index : 0));
          return [index, () => tf.reshape(tf.slice(dy, begin, size), input.shape)];
        }),
      );
    },
  },
  Unpack: {
    gradFunc: (dys, _, attributes) => ({
      value: () => tf.stack(all(dys), attribute<number>(attributes, "axis")),
    }),
  },
};

const all = (dys: tf.Tensor | tf.Tensor[]): tf.Tensor[] => (Array.isArray(dys) ? dys : [dys]);
