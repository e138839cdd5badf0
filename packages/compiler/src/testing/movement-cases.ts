import * as tf from "@tensorflow/tfjs-core";
import { a, b, bool, type Case, nchw, row, t } from "./cases.js";
import { integers, numbers } from "./onnxruntime.js";

/** Kernels that move elements about. */
export const movementCases: Readonly<Record<string, Case>> = {
  movement: {
    inputs: { a, nchw, row },
    run: ({ a: x, nchw: z, row: r }) => {
      const nhwc = tf.transpose(t(z), [0, 2, 3, 1]);
      return {
        reshape: tf.reshape(t(x), [6, 4]),
        expand: tf.expandDims(t(x), 1),
        squeeze: tf.squeeze(tf.expandDims(t(x), 0)),
        transpose: tf.transpose(t(x)),
        transposed: tf.transpose(t(x), [1, 0, 2]),
        tile: tf.tile(t(x), [1, 2, 1]),
        tileSpread: tf.tile(t(r), [3]),
        broadcast: tf.broadcastTo(t(r), [2, 4]),
        slice: tf.slice(t(x), [0, 1, 1], [2, 2, -1]),
        strided: tf.stridedSlice(t(x), [0, 2, 3], [2, 0, 0], [1, -1, -2]),
        reverse: tf.reverse(t(x), [0, 2]),
        shrink: tf.stridedSlice(t(x), [0, 1, 1], [2, 2, 4], [1, 1, 1], 0, 0, 0, 0, 2),
        flat: tf.reshape(nhwc, [2, -1]),
        pixels: tf.reshape(nhwc, [2, 12, 5]),
        groups: tf.reshape(tf.slice(nhwc, [0, 0, 0, 1], [-1, -1, -1, 4]), [2, 3, 4, 2, 2]),
        sliceMoved: tf.slice(nhwc, [0, 1, 0, 2], [2, 1, 3, 2]),
        tileMoved: tf.tile(nhwc, [1, 2, 1, 1]),
        reverseMoved: tf.reverse(nhwc, 3),
        biased: tf.add(nhwc, tf.tensor1d([1, 2, 3, 4, 5])),
        both: tf.add(nhwc, tf.transpose(nhwc, [0, 1, 2, 3])),
        whole: tf.slice(t(x), 0, 2),
        there: tf.add(tf.transpose(nhwc, [0, 3, 1, 2]), t(z)),
      };
    },
    tolerance: 0,
  },
  joining: {
    inputs: { a, b, nchw },
    run: ({ a: x, b: y, nchw: z }) => {
      const nhwc = tf.transpose(t(z), [0, 2, 3, 1]);
      const [first, second] = tf.split(t(x), [1, 3], 2);
      const [one, two, three] = tf.split(t(x), 3, 1);
      const [left, right] = tf.unstack(t(x), 0);
      return {
        concat: tf.concat([t(x), t(y)], 1),
        concatMoved: tf.concat([nhwc, tf.mul(nhwc, 2)], 3),
        stack: tf.stack([t(x), t(y)], 1),
        first: t(first),
        second: t(second),
        one: t(one),
        two: t(two),
        three: t(three),
        left: t(left),
        right: t(right),
        pad: tf.pad(
          t(x),
          [
            [0, 1],
            [2, 0],
            [1, 1],
          ],
          0.5,
        ),
        padMoved: tf.pad(nhwc, [
          [0, 0],
          [1, 2],
          [0, 1],
          [0, 0],
        ]),
        reflect: tf.mirrorPad(
          t(x),
          [
            [0, 0],
            [1, 2],
            [3, 1],
          ],
          "reflect",
        ),
        symmetric: tf.mirrorPad(
          t(x),
          [
            [0, 1],
            [2, 0],
            [1, 4],
          ],
          "symmetric",
        ),
        splitMoved: t(tf.split(nhwc, [2, 3], 3)[1]),
        alone: tf.concat([t(x)], 0),
        grey: tf.pad(tf.cast(bool(t(x)), "int32"), [
          [1, 0],
          [0, 0],
          [0, 0],
        ]),
      };
    },
    tolerance: 0,
  },
  lookup: {
    inputs: {
      table: numbers([5, 3], { seed: 11 }),
      ids: integers([2, 4], 0, 5, 3),
      a,
      rows: integers([2, 2], 0, 3, 5),
      pairs: integers([4, 2], 0, 2, 9),
    },
    run: ({ table, ids, a: x, rows, pairs }) => ({
      gather: tf.gather(t(table), t(ids)),
      gatherAxis: tf.gather(t(x), tf.tensor1d([2, 0, 2], "int32"), 1),
      gatherBatch: tf.gather(t(x), t(rows), 1, 1),
      gatherNd: tf.gatherND(t(x), t(pairs)),
      scatterNd: tf.scatterND(
        t(pairs) as tf.Tensor2D,
        tf.slice(t(table), [0, 0], [4, 3]),
        [2, 2, 3],
      ),
      segments: tf.unsortedSegmentSum(t(table), tf.tensor1d([1, 0, 1, 3, 1], "int32"), 4),
      manySegments: tf.unsortedSegmentSum(t(table), tf.tensor1d([1, 600, 1, 3, 600], "int32"), 601),
      oneHot: tf.oneHot(t(ids) as tf.Tensor2D, 5),
      oneHotValues: tf.oneHot(t(ids) as tf.Tensor2D, 4, 0.9, 0.1, "float32"),
      cumsum: tf.cumsum(t(x), 1),
      cumsumExclusive: tf.cumsum(t(x), 2, true, true),
      range: tf.range(0, 10, 3),
      line: tf.linspace(0, 1, 5),
      top: tf.topk(t(x), 2).values,
      topIndices: tf.topk(t(x), 2).indices,
    }),
  },
};
