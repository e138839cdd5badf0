import { GraftError } from "../errors.js";
import { softmax } from "../metrics/temperature.js";
import type { HostTensor } from "../weights/host-tensor.js";

/**
 * `euclidean`: logits are -|f - p|^2 / temperature (prototypes, arXiv 1703.05175; the nearest centroid
 * wins). `mahalanobis`: the same with distances measured by how samples scatter about their own class
 * (linear discriminant analysis, its covariance shrunk by as much as all features vary).
 * `cosine`: cos(f, p) / temperature (arXiv 1804.09458), blind to the features' lengths.
 */
export type FewShotDistance = "euclidean" | "mahalanobis" | "cosine";

/** A classifier of a few samples a class: one point for each class. Plain data. */
export type FewShotHead = {
  readonly distance: FewShotDistance;
  /** Mean of each class's features (C, D); for cosine of their directions, with length 1. */
  readonly prototypes: HostTensor<"float32">;
  /** What features are multiplied by: the prototypes; for mahalanobis, the inverse covariance by them. */
  readonly directions: HostTensor<"float32">;
  readonly temperature: number;
  /**
   * How well samples are told by heads fitted without them; undefined where no class had two samples, so
   * that the temperature is a guess.
   */
  readonly crossValidated?: {
    readonly count: number;
    readonly accuracy: number;
    /** Mean cross-entropy at the temperature. */
    readonly loss: number;
  };
};

/** Features (B, D) to logits, row-major (B, C). Throws `shape-mismatch`. */
export function fewShotLogits(head: FewShotHead, features: HostTensor<"float32">): Float32Array {
  const [numClasses = 0, size = 0] = head.prototypes.shape;
  if (features.shape.length !== 2 || features.shape[1] !== size) {
    throw new GraftError(
      "shape-mismatch",
      `The few-shot head takes features of [batch, ${size}], not of [${features.shape}].`,
      { details: { expected: size, actual: features.shape } },
    );
  }
  const offsets = offsetsOf(head);
  const logits = new Float32Array((features.shape[0] ?? 0) * numClasses);
  for (let at = 0; at < logits.length; at++) {
    const row = Math.floor(at / numClasses) * size;
    const f = features.data.subarray(row, row + size);
    logits[at] = likeness(head, f, at % numClasses, offsets) / head.temperature;
  }
  return logits;
}

/** Features (B, D) to probabilities, row-major (B, C). Throws `shape-mismatch`. */
export const fewShotProbabilities = (
  head: FewShotHead,
  features: HostTensor<"float32">,
): Float32Array =>
  softmax(fewShotLogits(head, features), { numClasses: head.prototypes.shape[0] ?? 0 });

/**
 * The same probabilities as a linear layer, (C, D) and (C), which any model takes as its head: what a
 * distance has of the feature alone is the same for every class, so what is left of it is
 * 2 w f - w p (arXiv 1703.05175, section 2.4). A cosine head's layer takes features of length 1.
 */
export function linearFromPrototypes(head: FewShotHead): {
  weight: HostTensor<"float32">;
  bias: HostTensor<"float32">;
} {
  const { directions, temperature, distance } = head;
  const factor = distance === "cosine" ? 1 : 2;
  const bias = Float32Array.from(offsetsOf(head), (offset) => offset / temperature);
  return {
    weight: { ...directions, data: directions.data.map((w) => (factor * w) / temperature) },
    bias: { dtype: "float32", shape: [bias.length], data: bias },
  };
}

/** What is subtracted for each class, whatever the feature; nothing for cosine. */
function offsetsOf({ prototypes, directions, distance }: FewShotHead): Float64Array {
  const [numClasses = 0, size = 0] = prototypes.shape;
  return Float64Array.from({ length: numClasses }, (_, label) => {
    if (distance === "cosine") return 0;
    const [start, end] = [label * size, (label + 1) * size];
    return -dot(directions.data.subarray(start, end), prototypes.data.subarray(start, end));
  });
}

/** The logit at temperature 1, up to what all classes share. */
function likeness(
  { directions, distance }: FewShotHead,
  f: Float32Array,
  label: number,
  offsets: Float64Array,
): number {
  const product = dot(f, directions.data.subarray(label * f.length, (label + 1) * f.length));
  if (distance !== "cosine") return 2 * product + offsets[label]!;
  const length = Math.sqrt(dot(f, f));
  // A feature of length 0 points nowhere: it is as like to one class as to another.
  return length === 0 ? 0 : product / length;
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
