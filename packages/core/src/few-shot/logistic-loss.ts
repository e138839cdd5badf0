import {
  cholesky,
  innerProducts,
  type Matrix,
  rowOf,
  solveVector,
  transpose,
  zeros,
} from "../linalg/index.js";
import type { Descent, Precondition } from "./minimize.js";

const BIAS_HOLD = 1e-6;

/** Samples (N, D), their classes, and what each one's loss counts. */
export type Taught = {
  readonly rows: Matrix;
  readonly labels: ArrayLike<number>;
  readonly counts: Float64Array;
  readonly numClasses: number;
};

/** A loss of weights (C, D) followed by biases (C), and what makes its descent quick. */
export type LogisticLoss = {
  readonly descent: Descent;
  readonly precondition: { readonly after: number; at(point: Float64Array): Precondition };
};

/** Cross-entropy of the samples, and half the squares of the weights. */
export function logisticLoss(taught: Taught): LogisticLoss {
  const { rows, labels, counts, numClasses } = taught;
  const columns = transpose(rows);
  const biases = numClasses * rows.columns;
  const logitsAt = (at: Float64Array): Matrix => {
    const weights = { rows: numClasses, columns: rows.columns, data: at.subarray(0, biases) };
    const logits = innerProducts(columns, transpose(weights));
    addToRows(logits, at.subarray(biases));
    return logits;
  };
  return {
    descent: (at, gradient) => {
      const slopes = logitsAt(at);
      const value = lossOf(slopes, labels, counts) + halfSquares(at, biases);
      const rise = innerProducts(slopes, rows).data;
      for (let i = 0; i < biases; i++) gradient[i] = at[i]! + rise[i]!;
      gradient.fill(0, biases);
      for (let i = 0; i < slopes.data.length; i++) {
        gradient[biases + (i % numClasses)]! += slopes.data[i]!;
      }
      return value;
    },
    precondition: {
      // As many steps as its making costs: at most twice what the better way would have taken.
      after: Math.ceil((rows.columns * (1 + rows.columns / (3 * rows.rows))) / (4 * numClasses)),
      at: (point) => preconditionAt(logitsAt(point), taught),
    },
  };
}

function addToRows({ columns, data }: Matrix, row: Float64Array): void {
  for (let i = 0; i < data.length; i++) data[i]! += row[i % columns]!;
}

function halfSquares(values: Float64Array, end: number): number {
  let sum = 0;
  for (let i = 0; i < end; i++) sum += values[i]! ** 2;
  return sum / 2;
}

/** The summed loss of logits (N, C), which become its slopes by them. */
function lossOf(logits: Matrix, labels: ArrayLike<number>, counts: Float64Array): number {
  const { columns, data } = logits;
  let loss = 0;
  for (let row = 0, start = 0; row < logits.rows; row++, start += columns) {
    const count = counts[row]!;
    const own = data[start + labels[row]!]!;
    const logSum = softmaxAt(data, start, start + columns);
    loss += count * (logSum - own);
    for (let i = start; i < start + columns; i++) data[i]! *= count;
    data[start + labels[row]!]! -= count;
  }
  return loss;
}

/** Makes probabilities of the logits from a place to another; returns the logarithm of their sum of powers. */
function softmaxAt(data: Float64Array, start: number, end: number): number {
  let [top, sum] = [Number.NEGATIVE_INFINITY, 0];
  for (let i = start; i < end; i++) top = Math.max(top, data[i]!);
  for (let i = start; i < end; i++) {
    data[i] = Math.exp(data[i]! - top);
    sum += data[i]!;
  }
  for (let i = start; i < end; i++) data[i]! /= sum;
  return top + Math.log(sum);
}

/** By the inverse of I + X'QX for every class, where Q is how the loss bends at the logits, over the classes. */
function preconditionAt(logits: Matrix, { rows, counts, numClasses }: Taught): Precondition {
  const size = rows.columns;
  const bent = zeros(rows.rows, size + 1);
  for (let row = 0; row < rows.rows; row++) {
    const root = Math.sqrt((counts[row]! * bendOf(rowOf(logits, row))) / numClasses);
    const own = rowOf(bent, row);
    rowOf(rows, row).forEach((value, at) => {
      own[at] = root * value;
    });
    own[size] = root;
  }
  const curvature = innerProducts(bent, bent);
  for (let i = 0; i < size; i++) curvature.data[i * (size + 2)]! += 1;
  // Nothing holds the biases but the samples: where those are sure, a little keeps them in place.
  curvature.data[size * (size + 2)]! += BIAS_HOLD;
  return eachClass(cholesky(curvature), numClasses);
}

/** How much the loss bends at these logits, over all of them. */
function bendOf(logits: Float64Array): number {
  softmaxAt(logits, 0, logits.length);
  return logits.reduce((sum, chance) => sum + chance * (1 - chance), 0);
}

function eachClass(lower: Matrix, numClasses: number): Precondition {
  const size = lower.rows - 1;
  return (gradient) => {
    const turned = new Float64Array(gradient.length);
    const own = new Float64Array(size + 1);
    for (let label = 0; label < numClasses; label++) {
      const bias = numClasses * size + label;
      own.set(gradient.subarray(label * size, (label + 1) * size));
      own[size] = gradient[bias]!;
      const solved = solveVector(lower, own);
      turned.set(solved.subarray(0, size), label * size);
      turned[bias] = solved[size]!;
    }
    return turned;
  };
}
