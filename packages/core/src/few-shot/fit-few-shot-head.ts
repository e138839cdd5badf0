import { GraftError } from "../errors.js";
import { fitTemperature } from "../metrics/temperature.js";
import type { HostTensor } from "../weights/host-tensor.js";
import { type FewShotHead, likeness } from "./few-shot-head.js";

export type FewShotOptions = {
  /** (N, D) */
  features: HostTensor<"float32">;
  /** Class numbers (N). */
  labels: ArrayLike<number>;
  numClasses: number;
  /** Default "euclidean", which becomes a linear layer. */
  distance?: FewShotHead["distance"];
  /**
   * Default "leave-one-out": the one at which each sample, judged by the prototypes of all the others,
   * fits its class best. Where no class has two samples it is how unlike the prototypes are to each other.
   */
  temperature?: number | "leave-one-out";
};

/**
 * A head from a few samples a class, in closed form: the mean of each class's features, and one
 * temperature that makes its probabilities believable. Throws `shape-mismatch`, and `dataset-invalid`
 * for a class without samples or a label outside the classes.
 */
export function fitFewShotHead(options: FewShotOptions): FewShotHead {
  const { features, numClasses, distance = "euclidean", temperature = "leave-one-out" } = options;
  const size = checkShapes(options);
  const rows = distance === "cosine" ? unitRows(features.data, size) : features.data;
  const classes = sumClasses(rows, options);
  const means = new Float32Array(numClasses * size);
  classes.sums.forEach((sum, at) => {
    means[at] = sum / classes.counts[Math.floor(at / size)]!;
  });
  const prototypes: HostTensor<"float32"> = {
    dtype: "float32",
    shape: [numClasses, size],
    data: distance === "cosine" ? unitRows(means, size) : means,
  };
  if (typeof temperature === "number") {
    return { distance, prototypes, temperature, calibrated: false };
  }
  const unit = unlikeness(prototypes.data, { size, distance });
  const fitted = leaveOneOut({ rows, classes, prototypes, options, distance, unit });
  return { distance, prototypes, temperature: fitted ?? unit, calibrated: fitted !== undefined };
}

type Classes = { sums: Float64Array; counts: readonly number[] };

function sumClasses(rows: Float32Array, { labels, numClasses }: FewShotOptions): Classes {
  const size = rows.length / labels.length;
  const sums = new Float64Array(numClasses * size);
  const counts = new Array<number>(numClasses).fill(0);
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]!;
    if (counts[label] === undefined) {
      throw invalid(`The label ${label} is outside the ${numClasses} classes, which count from 0.`);
    }
    counts[label] += 1;
    for (let i = 0; i < size; i++) sums[label * size + i]! += rows[row * size + i]!;
  }
  const empty = counts.indexOf(0);
  if (empty >= 0) throw invalid(`The class ${empty} has no samples. Add one, or leave it out.`);
  return { sums, counts };
}

/** The temperature for samples judged without themselves; undefined where none can be. */
function leaveOneOut(input: {
  rows: Float32Array;
  classes: Classes;
  prototypes: HostTensor<"float32">;
  options: FewShotOptions;
  distance: FewShotHead["distance"];
  unit: number;
}): number | undefined {
  const { rows, classes, prototypes, distance, unit } = input;
  const { labels, numClasses } = input.options;
  const size = prototypes.shape[1]!;
  if (numClasses < 2 || !classes.counts.some((count) => count > 1)) return undefined;
  const scores = new Float64Array(labels.length * numClasses);
  for (let row = 0; row < labels.length; row++) {
    const own = labels[row]!;
    const f = rows.subarray(row * size, (row + 1) * size);
    for (let label = 0; label < numClasses; label++) {
      const start = label * size;
      const p = prototypes.data.subarray(start, start + size);
      const others = label === own ? without(f, classes, label) : p;
      scores[row * numClasses + label] = likeness(f, others, distance) / unit;
    }
  }
  const sampleWeight = Float32Array.from(labels, (label) => (classes.counts[label]! > 1 ? 1 : 0));
  return unit * fitTemperature({ scores, labels, numClasses, sampleWeight }).temperature;
}

/** The mean of a class without one of its samples. */
function without(f: Float32Array, { sums, counts }: Classes, label: number): Float32Array {
  const start = label * f.length;
  return f.map((value, i) => (sums[start + i]! - value) / (counts[label]! - 1));
}

/** Mean difference of likeness between a prototype and the others: the scale that temperatures live on. */
function unlikeness(
  prototypes: Float32Array,
  { size, distance }: { size: number; distance: FewShotHead["distance"] },
): number {
  const count = prototypes.length / size;
  const at = (label: number) => prototypes.subarray(label * size, (label + 1) * size);
  let [sum, pairs] = [0, 0];
  for (let a = 0; a < count; a++) {
    for (let b = a + 1; b < count; b++) {
      sum += likeness(at(a), at(a), distance) - likeness(at(a), at(b), distance);
      pairs += 1;
    }
  }
  return sum > 0 ? sum / pairs : 1;
}

function unitRows(data: Float32Array, size: number): Float32Array {
  const result = data.slice();
  for (let start = 0; start < data.length; start += size) {
    const row = result.subarray(start, start + size);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    if (length > 0) row.set(row.map((value) => value / length));
  }
  return result;
}

function checkShapes({ features, labels }: FewShotOptions): number {
  const [count, size] = features.shape;
  if (features.shape.length === 2 && size !== undefined && count === labels.length && count > 0) {
    return size;
  }
  throw new GraftError(
    "shape-mismatch",
    `A few-shot head needs features of [samples, size] and a label each, not [${features.shape}] and ${labels.length} labels.`,
    { details: { features: features.shape, labels: labels.length } },
  );
}

const invalid = (message: string): GraftError => new GraftError("dataset-invalid", message);
