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
  const { numClasses } = options;
  const size = checkShapes(options);
  const found = minimize(descentOf(options, size), new Float64Array(numClasses * (size + 1)));
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
  const { features, labels, numClasses, strength = 1 } = options;
  const weights = numClasses * size;
  return (at, gradient) => {
    gradient.set(at);
    gradient.fill(0, weights);
    const penalised = at.subarray(0, weights);
    let value = dot(penalised, penalised) / 2;
    for (let row = 0; row < labels.length; row++) {
      const x = features.data.subarray(row * size, (row + 1) * size);
      const logits = Float64Array.from({ length: numClasses }, (_, label) => {
        return at[weights + label]! + dot(x, at.subarray(label * size, (label + 1) * size));
      });
      const logSum = logSumExp(logits);
      value += strength * (logSum - logits[labels[row]!]!);
      logits.forEach((logit, label) => {
        const slope = strength * (Math.exp(logit - logSum) - (labels[row] === label ? 1 : 0));
        gradient[weights + label]! += slope;
        for (let i = 0; i < size; i++) gradient[label * size + i]! += slope * x[i]!;
      });
    }
    return value;
  };
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
