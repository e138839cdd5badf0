import { GraftError } from "../errors.js";
import { matrixOf } from "../linalg/index.js";
import type { HostTensor } from "../weights/host-tensor.js";
import { logisticLoss } from "./logistic-loss.js";
import { minimize } from "./minimize.js";

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
  const { features, labels, numClasses, strength = 1, sampleWeight, tolerance = 1e-8 } = options;
  const size = checkShapes(options);
  const start = new Float64Array(numClasses * (size + 1));
  if (options.start) {
    start.set(options.start.weight.data);
    start.set(options.start.bias.data, numClasses * size);
  }
  const rows = matrixOf(features);
  const counts = Float64Array.from(labels, (_, row) => strength * (sampleWeight?.[row] ?? 1));
  const { descent, precondition } = logisticLoss({ rows, labels, counts, numClasses });
  const found = minimize(descent, start, { tolerance, precondition });
  const tensor = (data: Float32Array, shape: readonly number[]) =>
    ({ dtype: "float32", shape, data }) as const;
  const weights = numClasses * size;
  return {
    weight: tensor(Float32Array.from(found.subarray(0, weights)), [numClasses, size]),
    bias: tensor(Float32Array.from(found.subarray(weights)), [numClasses]),
  };
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
