import * as tf from "@tensorflow/tfjs-core";
import { a, bool, type Case, nchw, row, t } from "./cases.js";
import { numbers } from "./onnxruntime.js";

/** Kernels that run over axes or multiply matrices. */
export const axisCases: Readonly<Record<string, Case>> = {
  reductions: {
    inputs: { a, nchw },
    run: ({ a: x, nchw: z }) => {
      const nhwc = tf.transpose(t(z), [0, 2, 3, 1]);
      return {
        sum: tf.sum(t(x)),
        sumAxis: tf.sum(t(x), 1),
        sumKeep: tf.sum(t(x), [0, 2], true),
        mean: tf.mean(t(x), -1),
        max: tf.max(t(x), 1),
        min: tf.min(t(x), [1, 2]),
        prod: tf.prod(t(x), 2),
        all: tf.all(bool(t(x)), 1),
        any: tf.any(bool(t(x)), 2),
        argMax: tf.argMax(t(x), 1),
        argMin: tf.argMin(t(x), -1),
        softmax: tf.softmax(t(x)),
        logSoftmax: tf.logSoftmax(t(x)),
        logSumExp: tf.logSumExp(t(x), 1),
        norm: tf.norm(t(x)),
        pooled: tf.mean(nhwc, [1, 2]),
        pooledKeep: tf.mean(nhwc, [1, 2], true),
        channels: tf.sum(nhwc, [0, 1, 2]),
        softmaxMoved: tf.softmax(nhwc),
        argMoved: tf.argMax(nhwc, 3),
        height: tf.max(nhwc, 1),
        variance: tf.moments(nhwc, [0, 1, 2]).variance,
      };
    },
  },
  matmul: {
    inputs: {
      m: numbers([3, 4], { seed: 1 }),
      n: numbers([4, 5], { seed: 2 }),
      nt: numbers([5, 4], { seed: 3 }),
      mt: numbers([4, 3], { seed: 4 }),
      p: numbers([2, 3, 4], { seed: 5 }),
      q: numbers([2, 4, 5], { seed: 6 }),
      qt: numbers([2, 5, 4], { seed: 7 }),
      pt: numbers([2, 4, 3], { seed: 8 }),
      h: numbers([2, 3, 2, 4], { seed: 9 }),
      row,
    },
    run: ({ m, n, nt, mt, p, q, qt, pt, h, row: r }) => {
      const heads = tf.transpose(t(h), [0, 2, 1, 3]);
      const scores = tf.matMul(heads, heads, false, true);
      return {
        plain: tf.matMul(t(m), t(n)),
        bTransposed: tf.matMul(t(m), t(nt), false, true),
        tn: tf.matMul(t(mt), t(n), true, false),
        tt: tf.matMul(t(mt), t(nt), true, true),
        linear: tf.add(tf.matMul(t(m), tf.transpose(t(nt))), tf.tensor1d([1, 2, 3, 4, 5])),
        batched: tf.matMul(t(p), t(q)),
        batchedNt: tf.matMul(t(p), t(qt), false, true),
        batchedTn: tf.matMul(t(pt), t(q), true, false),
        batchedTt: tf.matMul(t(pt), t(qt), true, true),
        mixed: tf.matMul(t(p), t(n)),
        moved: tf.matMul(t(p), tf.transpose(t(qt), [0, 2, 1])),
        scores,
        attention: tf.matMul(tf.softmax(scores), heads),
        einsum: tf.einsum("bij,jk->bik", t(p), t(n)),
        dot: tf.dot(t(m), t(r)),
      };
    },
    tolerance: 1e-6,
  },
};
