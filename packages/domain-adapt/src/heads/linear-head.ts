import type { LogisticHead } from "@graft-ml/core";
import { type Matrix, mapMatrix, matrixOf, multiplyTransposed, rowOf } from "@graft-ml/core/linalg";
import type { LinearMap } from "../align/alignment.js";
import type { Scaling } from "../linalg/scaling.js";

/** Logits (N, C) of rows (N, D). */
export function headLogits(rows: Matrix, { weight, bias }: LogisticHead): Matrix {
  return mapMatrix(
    multiplyTransposed(rows, matrixOf(weight)),
    (value, _, label) => value + bias.data[label]!,
  );
}

/** Probabilities (N, C) of rows (N, D). */
export function headProbabilities(rows: Matrix, head: LogisticHead): Matrix {
  const chances = headLogits(rows, head);
  for (let row = 0; row < chances.rows; row++) {
    const own = rowOf(chances, row);
    const top = own.reduce((a, b) => Math.max(a, b));
    const sum = own.reduce((all, logit) => all + Math.exp(logit - top), 0);
    for (let label = 0; label < own.length; label++) own[label] = Math.exp(own[label]! - top) / sum;
  }
  return chances;
}

/** The class of the largest logit of each row. */
export function classesOf(rows: Matrix, head: LogisticHead): Int32Array {
  const { weight, bias } = head;
  return Int32Array.from({ length: rows.rows }, (_, row) => {
    const x = rowOf(rows, row);
    let [best, most] = [0, Number.NEGATIVE_INFINITY];
    for (let label = 0; label < bias.data.length; label++) {
      let logit = bias.data[label]!;
      for (let i = 0; i < x.length; i++) logit += x[i]! * weight.data[label * x.length + i]!;
      if (logit > most) [best, most] = [label, logit];
    }
    return best;
  });
}

/** The head on rows as they were before they were scaled. */
export function beforeScaling(head: LogisticHead, { means, scales }: Scaling): LogisticHead {
  const { weight, bias } = head;
  const size = means.length;
  const data = weight.data.map((value, at) => value * scales[at % size]!);
  const shifted = bias.data.map((value, label) => {
    return means.reduce((sum, mean, at) => sum - mean * data[label * size + at]!, value);
  });
  return { weight: { ...weight, data }, bias: { ...bias, data: shifted } };
}

/** The head on rows as they were before a linear map. */
export function beforeMap(head: LogisticHead, map: LinearMap): LogisticHead {
  const { weight, bias } = head;
  const through = multiplyTransposed(matrixOf(weight), map.weight);
  const shifted = bias.data.map((value, label) => {
    const own = rowOf(matrixOf(weight), label);
    return map.bias.reduce((sum, offset, at) => sum + offset * own[at]!, value);
  });
  return {
    weight: {
      dtype: "float32",
      shape: [through.rows, through.columns],
      data: Float32Array.from(through.data),
    },
    bias: { ...bias, data: shifted },
  };
}

/** The head with each class as much likelier as its weight says. */
export function withClassWeights(head: LogisticHead, weights: ArrayLike<number>): LogisticHead {
  const { weight, bias } = head;
  // A class that the target is said to lack is not made impossible.
  const data = bias.data.map((value, label) => value + Math.log(Math.max(weights[label]!, 1e-3)));
  return { weight, bias: { ...bias, data } };
}
