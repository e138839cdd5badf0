import { GraftError } from "../errors.js";
import type { HostTensor } from "../weights/host-tensor.js";
import { dot } from "./few-shot-head.js";
import { type Descent, minimize } from "./minimize.js";

export type LogisticOptions = {
  /** (N, D) */
  features: HostTensor<"float32">;
  /** Class numbers (N). */
  labels: ArrayLike<number>;
  numClasses: number;
  /** What the samples' losses weigh beside half the squares of the weights: scikit-learn's `C`. Default 1. */
  strength?: number;
  /** How much each sample's loss counts (N). Default: 1 each. */
  sampleWeight?: ArrayLike<number>;
  /** The steepest slope of the summed loss that counts as none: larger ones end sooner. Default 1e-8. */
  tolerance?: number;
  /** Where the search begins, such as a head of nearly the same samples: the end is the same, and sooner. Default: zeros. */
  start?: LogisticHead;
};

/** A linear layer: (C, D) and (C). */
export type LogisticHead = {
  readonly weight: HostTensor<"float32">;
  readonly bias: HostTensor<"float32">;
};

/**
 * Multinomial logistic regression with squares of the weights held small, as scikit-learn's
 * `LogisticRegression`: its loss has one minimum, so no seed, rate or number of epochs decides. Throws
 * `shape-mismatch`, and `dataset-invalid` for a label outside the classes.
 */
export function fitLogisticHead(options: LogisticOptions): LogisticHead {
  const { numClasses, tolerance } = options;
  const size = checkShapes(options);
  const start = new Float64Array(numClasses * (size + 1));
  if (options.start) {
    start.set(options.start.weight.data);
    start.set(options.start.bias.data, numClasses * size);
  }
  const found = minimize(descentOf(options, size), start, tolerance);
  const tensor = (data: Float32Array, shape: readonly number[]) =>
    ({ dtype: "float32", shape, data }) as const;
  const weights = numClasses * size;
  return {
    weight: tensor(Float32Array.from(found.subarray(0, weights)), [numClasses, size]),
    bias: tensor(Float32Array.from(found.subarray(weights)), [numClasses]),
  };
}

/** The loss and its gradient at the weights (C, D), followed by the biases (C). */
function descentOf(options: LogisticOptions, size: number): Descent {
  const { features, labels, numClasses, strength = 1, sampleWeight } = options;
  const biases = numClasses * size;
  const byClass = (values: Float64Array) =>
    Array.from({ length: numClasses }, (_, at) => values.subarray(at * size, (at + 1) * size));
  const slopes = new Float64Array(numClasses);
  return (at, gradient) => {
    gradient.set(at);
    gradient.fill(0, biases);
    const head = { weights: byClass(at), biases: at.subarray(biases) };
    const rise = { weights: byClass(gradient), biases: gradient.subarray(biases) };
    const penalised = at.subarray(0, biases);
    let value = dot(penalised, penalised) / 2;
    for (let row = 0; row < labels.length; row++) {
      const x = features.data.subarray(row * size, (row + 1) * size);
      const counts = strength * (sampleWeight ? sampleWeight[row]! : 1);
      value += counts * lossOf(x, labels[row]!, { head, slopes });
      for (let label = 0; label < numClasses; label++) {
        const slope = counts * slopes[label]!;
        rise.biases[label]! += slope;
        add(x, slope, rise.weights[label]!);
      }
    }
    return value;
  };
}

type Rows = { readonly weights: readonly Float64Array[]; readonly biases: Float64Array };

/** The loss of a sample; its slopes by the logits are written. */
function lossOf(
  x: Float32Array,
  label: number,
  { head, slopes }: { head: Rows; slopes: Float64Array },
): number {
  head.weights.forEach((weights, at) => {
    slopes[at] = head.biases[at]! + product(x, weights);
  });
  const own = slopes[label]!;
  const logSum = logSumExp(slopes);
  for (let at = 0; at < slopes.length; at++) {
    slopes[at] = Math.exp(slopes[at]! - logSum) - (at === label ? 1 : 0);
  }
  return logSum - own;
}

function product(x: Float32Array, weights: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * weights[i]!;
  return sum;
}

function add(x: Float32Array, times: number, to: Float64Array): void {
  for (let i = 0; i < x.length; i++) to[i]! += times * x[i]!;
}

function logSumExp(values: Float64Array): number {
  const top = values.reduce((a, b) => Math.max(a, b));
  return top + Math.log(values.reduce((sum, value) => sum + Math.exp(value - top), 0));
}

function checkShapes({ features, labels, numClasses }: LogisticOptions): number {
  const [count, size] = features.shape;
  if (features.shape.length !== 2 || count !== labels.length || count === 0) {
    throw new GraftError(
      "shape-mismatch",
      `A logistic head needs features of [samples, size] and a label each, not [${features.shape}] and ${labels.length} labels.`,
      { details: { features: features.shape, labels: labels.length } },
    );
  }
  const known = (label: number) => Number.isInteger(label) && label >= 0 && label < numClasses;
  const wrong = Array.from(labels).find((label) => !known(label));
  if (wrong === undefined) return size!;
  throw new GraftError(
    "dataset-invalid",
    `The label ${wrong} is outside the ${numClasses} classes, which count from 0.`,
    { details: { label: wrong, classes: numClasses } },
  );
}
