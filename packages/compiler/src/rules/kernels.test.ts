import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { errorsAbove, integers, numbers } from "../testing/onnxruntime.js";
import type { HostArrays } from "../verify.js";

type T = Record<string, tf.Tensor>;
type Case = { inputs: HostArrays; run: (t: T) => T; tolerance?: number };
const t = (value: tf.Tensor | undefined): tf.Tensor => value as tf.Tensor;
const bool = (x: tf.Tensor) => tf.greater(x, 0.3);

const a = numbers([2, 3, 4], { seed: 1 });
const b = numbers([2, 3, 4], { seed: 2 });
const row = numbers([4], { seed: 3 });
const column = numbers([3, 1], { seed: 4 });
const nchw = numbers([2, 5, 3, 4], { seed: 5 });
const ints = integers([2, 3, 4], -7, 8, 6);
const divisors = integers([2, 3, 4], 1, 6, 7);

/** Kernels by group; every group is one model, so that the whole table runs in seconds. */
const cases: Record<string, Case> = {
  unary: {
    inputs: { a, p: numbers([3, 5], { seed: 9, scale: 0.9 }) },
    run: ({ a: x, p }) => {
      const positive = tf.add(tf.abs(t(x)), 0.1);
      return {
        abs: tf.abs(t(x)),
        acos: tf.acos(t(p)),
        acosh: tf.acosh(tf.add(positive, 1)),
        asin: tf.asin(t(p)),
        asinh: tf.asinh(t(x)),
        atan: tf.atan(t(x)),
        atanh: tf.atanh(t(p)),
        ceil: tf.ceil(t(x)),
        cos: tf.cos(t(x)),
        cosh: tf.cosh(t(x)),
        erf: tf.erf(t(x)),
        exp: tf.exp(t(x)),
        expm1: tf.expm1(t(x)),
        floor: tf.floor(t(x)),
        log: tf.log(positive),
        log1p: tf.log1p(t(p)),
        neg: tf.neg(t(x)),
        reciprocal: tf.reciprocal(positive),
        round: tf.round(t(x)),
        rsqrt: tf.rsqrt(positive),
        sigmoid: tf.sigmoid(t(x)),
        sign: tf.sign(t(x)),
        sin: tf.sin(t(x)),
        sinh: tf.sinh(t(x)),
        softplus: tf.softplus(t(x)),
        sqrt: tf.sqrt(positive),
        square: tf.square(t(x)),
        step: tf.step(t(x)),
        tan: tf.tan(t(p)),
        tanh: tf.tanh(t(x)),
        zeros: tf.zerosLike(t(x)),
        ones: tf.onesLike(t(x)),
        stepAlpha: tf.step(t(x), 0.25),
        isNaN: tf.isNaN(t(x)),
        isFinite: tf.isFinite(t(x)),
        isInf: tf.isInf(tf.div(t(x), 0)),
        clone: tf.clone(t(x)),
        logicalNot: tf.logicalNot(bool(t(x))),
      };
    },
    tolerance: 2e-6,
  },
  activation: {
    inputs: { a, row },
    run: ({ a: x, row: alpha }) => ({
      relu: tf.relu(t(x)),
      relu6: tf.relu6(tf.mul(t(x), 5)),
      leaky: tf.leakyRelu(t(x), 0.1),
      elu: tf.elu(t(x)),
      selu: tf.selu(t(x)),
      prelu: tf.prelu(t(x), t(alpha)),
      clip: tf.clipByValue(t(x), -0.5, 0.7),
    }),
  },
  arithmetic: {
    inputs: { a, b, row, column },
    run: ({ a: x, b: y, row: r, column: c }) => ({
      add: tf.add(t(x), t(y)),
      addRow: tf.add(t(x), t(r)),
      addColumn: tf.add(t(x), t(c)),
      outer: tf.add(t(r), t(c)),
      sub: tf.sub(t(x), t(y)),
      mul: tf.mul(t(x), t(c)),
      div: tf.div(t(x), t(y)),
      divScalar: tf.div(t(x), 3),
      max: tf.maximum(t(x), t(y)),
      min: tf.minimum(t(x), 0.5),
      pow: tf.pow(tf.abs(t(x)), t(r)),
      floorDiv: tf.floorDiv(t(x), t(y)),
      mod: tf.mod(t(x), t(y)),
      squared: tf.squaredDifference(t(x), t(r)),
      atan2: tf.atan2(t(x), t(y)),
      addN: tf.addN([t(x), t(y), t(x)]),
      neutral: tf.div(tf.mul(tf.add(t(x), 0), 1), 1),
      bothConstant: tf.add(tf.mul(tf.fill([2, 3], 2), tf.fill([3], 4)), 1),
      spread: tf.add(tf.fill([2, 4], 2), tf.fill([4], 1)),
      scalarFirst: tf.sub(1, t(x)),
    }),
  },
  integers: {
    inputs: { ints, divisors },
    run: ({ ints: x, divisors: y }) => ({
      add: tf.add(t(x), t(y)),
      sub: tf.sub(t(x), t(y)),
      mul: tf.mul(t(x), t(y)),
      floorDiv: tf.floorDiv(t(x), t(y)),
      floorDivNegative: tf.floorDiv(t(x), tf.neg(t(y))),
      mod: tf.mod(t(x), t(y)),
      max: tf.maximum(t(x), t(y)),
      less: tf.less(t(x), t(y)),
      equal: tf.equal(t(x), t(y)),
      sum: tf.sum(t(x), 1),
      mean: tf.mean(t(x), 1),
      maxAxis: tf.max(t(x), 0),
      argMax: tf.argMax(t(x), 1),
      float: tf.cast(t(x), "float32"),
      bool: tf.cast(t(x), "bool"),
      abs: tf.abs(t(x)),
      neg: tf.neg(t(x)),
      select: tf.where(tf.less(t(x), 0), t(x), t(y)),
      prod: tf.prod(t(y), 2),
    }),
  },
  comparison: {
    inputs: { a, b, row },
    run: ({ a: x, b: y, row: r }) => ({
      greater: tf.greater(t(x), t(y)),
      greaterEqual: tf.greaterEqual(t(x), t(r)),
      less: tf.less(t(x), t(y)),
      lessEqual: tf.lessEqual(t(x), 0.5),
      equal: tf.equal(t(x), t(x)),
      notEqual: tf.notEqual(t(x), t(y)),
      and: tf.logicalAnd(bool(t(x)), bool(t(y))),
      or: tf.logicalOr(bool(t(x)), bool(t(r))),
      xor: tf.logicalXor(bool(t(x)), bool(t(y))),
      where: tf.where(bool(t(x)), t(x), t(y)),
      whereScalar: tf.where(bool(t(x)), tf.scalar(2), t(y)),
      toInt: tf.cast(tf.mul(t(x), 3), "int32"),
      toBool: tf.cast(t(x), "bool"),
      fromBool: tf.cast(bool(t(x)), "float32"),
      constant: tf.cast(tf.fill([2, 2], 1.7), "int32"),
    }),
  },
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

for (const [group, { inputs, run, tolerance = 1e-6 }] of Object.entries(cases)) {
  for (const target of ["native", "portable"] as const) {
    test(`${group} kernels agree with tfjs cpu, ${target}`, async () => {
      expect(await errorsAbove(tolerance, run, inputs, { target })).toEqual([]);
    });
  }
}
