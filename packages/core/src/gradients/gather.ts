import * as tf from "@tensorflow/tfjs-core";
import { attribute, type Rules, single } from "./rule.js";

const volume = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);
const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);

/**
 * Sums of the rows (n, width) that share a number: (count, width). Scattering, since tfjs's own segment
 * sum passes over all rows once for each number.
 */
export const addRows = (rows: tf.Tensor, numbers: tf.Tensor, count: number): tf.Tensor =>
  tf.scatterND(tf.reshape(numbers, [-1, 1]), rows, [count, rows.shape[1]!]);

/**
 * Adds each row of dy to the row it was gathered from. Batches are folded into one axis of rows, each
 * with its own range of row numbers, so that any axis and number of batch axes is one segment sum.
 */
function scatterRows(
  dy: tf.Tensor,
  x: tf.Tensor,
  indices: tf.Tensor,
  axis: number,
  batchDims: number,
): tf.Tensor {
  const batch = x.shape.slice(0, batchDims);
  const outer = x.shape.slice(batchDims, axis);
  const inner = x.shape.slice(axis + 1);
  const rows = x.shape[axis]!;
  const picked = indices.rank - batchDims;
  // dy is [batch, outer, picked, inner]; the rows to add come first.
  const order = [
    ...range(0, batchDims),
    ...range(axis, axis + picked),
    ...range(batchDims, axis),
    ...range(axis + picked, dy.rank),
  ];
  const batches = volume(batch);
  const flat = tf.reshape(tf.transpose(dy, order), [-1, volume(outer) * volume(inner)]);
  const offsets = tf.mul(tf.range(0, batches, 1, "int32"), tf.scalar(rows, "int32"));
  const segments = tf.add(
    tf.reshape(tf.cast(indices, "int32"), [batches, -1]),
    tf.reshape(offsets, [batches, 1]),
  );
  const summed = addRows(flat, segments, batches * rows);
  const placed = tf.reshape(summed, [...batch, rows, ...outer, ...inner]);
  const undo = [
    ...range(0, batchDims),
    ...range(batchDims + 1, axis + 1),
    batchDims,
    ...range(axis + 1, x.rank),
  ];
  return tf.transpose(placed, undo);
}

/** Kernels that pick rows by number. */
export const gatherRules: Rules = {
  GatherV2: {
    inputsToSave: ["x", "indices"],
    gradFunc: (dys, [x, indices], attributes) => {
      const batchDims = attribute<number | undefined>(attributes, "batchDims") ?? 0;
      const [axis] = tf.util.parseAxisParam(attribute<number>(attributes, "axis"), x!.shape);
      return {
        x: () => scatterRows(single(dys), x!, indices!, axis!, batchDims),
        indices: () => tf.zeros(indices!.shape, "float32"),
      };
    },
  },
  UnsortedSegmentSum: {
    inputsToSave: ["segmentIds"],
    gradFunc: (dys, [ids]) => ({
      x: () => {
        // A negative number means that the row was dropped.
        const rows = tf.gather(single(dys), tf.maximum(ids!, tf.scalar(0, "int32")));
        const kept = tf.cast(tf.greaterEqual(ids!, tf.scalar(0, "int32")), "float32");
        return tf.mul(rows, tf.reshape(kept, [...kept.shape, ...range(1, rows.rank).map(() => 1)]));
      },
      segmentIds: () => tf.zeros(ids!.shape, "float32"),
    }),
  },
  GatherNd: {
    inputsToSave: ["params", "indices"],
    gradFunc: (dys, [params, indices]) => ({
      params: () => tf.scatterND(tf.cast(indices!, "int32"), single(dys), params!.shape),
      indices: () => tf.zeros(indices!.shape, "float32"),
    }),
  },
};
