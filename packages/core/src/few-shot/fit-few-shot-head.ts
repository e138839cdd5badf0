import { GraftError } from "../errors.js";
import type { HostTensor } from "../weights/host-tensor.js";
import { classMeans, type LabelledRows, unitRows } from "./class-means.js";
import { crossValidate, guessedTemperature } from "./cross-validate.js";
import type { FewShotDistance, FewShotHead } from "./few-shot-head.js";
import { shrunkDirections } from "./shrunk-covariance.js";

export type FewShotOptions = {
  /** (N, D) */
  features: HostTensor<"float32">;
  /** Class numbers (N). */
  labels: ArrayLike<number>;
  numClasses: number;
  /** Default "euclidean". */
  distance?: FewShotDistance;
  /** Which sample each row is a view of (N): its views are left out together. Default: each its own. */
  groups?: ArrayLike<number>;
  /**
   * Default "cross-validated": the one at which samples fit their classes best, judged by up to five heads
   * that were fitted without them. Where no class has two samples it is a guess from how unlike the
   * prototypes are to each other.
   */
  temperature?: number | "cross-validated";
};

/**
 * A head from a few samples a class, in closed form: the mean of each class's features, and one
 * temperature that makes its probabilities believable. Throws `shape-mismatch`, and `dataset-invalid`
 * for a class without samples or a label outside the classes.
 */
export function fitFewShotHead(options: FewShotOptions): FewShotHead {
  const { features, labels, numClasses, distance = "euclidean" } = options;
  const { temperature = "cross-validated", groups } = options;
  const size = checkShapes(options);
  const data = distance === "cosine" ? unitRows(features.data, size) : features.data;
  const all = Array.from({ length: labels.length }, (_, row) => row);
  const fit = (rows: readonly number[]): FewShotHead =>
    fitAt1({ data, size, labels, rows }, { numClasses, distance });
  const head = fit(all);
  if (typeof temperature === "number") return { ...head, temperature };
  const samples = groups ? Array.from(groups) : all;
  const judged = crossValidate({ data, size, labels, rows: all }, { samples, numClasses, fit });
  if (!judged) return { ...head, temperature: guessedTemperature(head) };
  return { ...head, ...judged.at(head) };
}

/** At temperature 1. */
function fitAt1(
  table: LabelledRows,
  { numClasses, distance }: { numClasses: number; distance: FewShotDistance },
): FewShotHead {
  const { size } = table;
  const means = classMeans(table, numClasses);
  const tensor = (data: Float32Array) =>
    ({ dtype: "float32", shape: [numClasses, size], data }) as const;
  const prototypes = tensor(distance === "cosine" ? unitRows(means, size) : means);
  const directions =
    distance === "mahalanobis" ? tensor(shrunkDirections(table, means)) : prototypes;
  return { distance, prototypes, directions, temperature: 1 };
}

function checkShapes({ features, labels, groups = labels }: FewShotOptions): number {
  const [count, size] = features.shape;
  const whole = count === labels.length && count === groups.length && count > 0;
  if (features.shape.length === 2 && size !== undefined && whole) return size;
  throw new GraftError(
    "shape-mismatch",
    `A few-shot head needs features of [samples, size] and a label each, not [${features.shape}] and ${labels.length} labels.`,
    { details: { features: features.shape, labels: labels.length, groups: groups.length } },
  );
}
