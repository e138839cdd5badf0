import { GraftError } from "../errors.js";
import { softmax } from "../metrics/temperature.js";
import type { HostTensor } from "../weights/host-tensor.js";

/** A classifier of a few samples a class: one point for each class. Plain data. */
export type FewShotHead = {
  /**
   * `euclidean`: logits are -|f - p|^2 / temperature (prototypes, arXiv 1703.05175; the nearest centroid
   * wins). `cosine`: cos(f, p) / temperature (arXiv 1804.09458), blind to the features' lengths.
   */
  readonly distance: "euclidean" | "cosine";
  /** Mean of each class's features (C, D); for cosine of their directions, with length 1. */
  readonly prototypes: HostTensor<"float32">;
  readonly temperature: number;
  /** False where no class had two samples, so that the temperature is a guess. */
  readonly calibrated: boolean;
};

/** Features (B, D) to logits, row-major (B, C). Throws `shape-mismatch`. */
export function fewShotLogits(head: FewShotHead, features: HostTensor<"float32">): Float32Array {
  const { prototypes, distance, temperature } = head;
  const [numClasses = 0, size = 0] = prototypes.shape;
  if (features.shape.length !== 2 || features.shape[1] !== size) {
    throw new GraftError(
      "shape-mismatch",
      `The few-shot head takes features of [batch, ${size}], not of [${features.shape}].`,
      { details: { expected: size, actual: features.shape } },
    );
  }
  const logits = new Float32Array((features.shape[0] ?? 0) * numClasses);
  for (let at = 0; at < logits.length; at++) {
    const row = Math.floor(at / numClasses) * size;
    const f = features.data.subarray(row, row + size);
    const start = (at % numClasses) * size;
    const p = prototypes.data.subarray(start, start + size);
    logits[at] = likeness(f, p, distance) / temperature;
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
 * The same probabilities as a linear layer, (C, D) and (C), which any model takes as its head: |f|^2 is
 * the same for every class, so what is left of the distance is 2 p f - |p|^2 (arXiv 1703.05175, section
 * 2.4). Throws `config-invalid` for cosine, which divides by the feature's length and is not linear.
 */
export function linearFromPrototypes(head: FewShotHead): {
  weight: HostTensor<"float32">;
  bias: HostTensor<"float32">;
} {
  const { prototypes, temperature, distance } = head;
  if (distance !== "euclidean") {
    throw new GraftError(
      "config-invalid",
      `A few-shot head with ${distance} distance is no linear layer. Fit it with the distance "euclidean".`,
      { details: { distance } },
    );
  }
  const [numClasses = 0, size = 0] = prototypes.shape;
  const bias = Float32Array.from({ length: numClasses }, (_, label) => {
    const p = prototypes.data.subarray(label * size, (label + 1) * size);
    return -dot(p, p) / temperature;
  });
  return {
    weight: { ...prototypes, data: prototypes.data.map((value) => (2 * value) / temperature) },
    bias: { dtype: "float32", shape: [numClasses], data: bias },
  };
}

/** The logit at temperature 1. */
export function likeness(
  f: Float32Array,
  p: Float32Array,
  distance: FewShotHead["distance"],
): number {
  if (distance === "cosine") {
    const length = Math.sqrt(dot(f, f) * dot(p, p));
    // A feature of length 0 points nowhere: it is as like to one class as to another.
    return length === 0 ? 0 : dot(f, p) / length;
  }
  let sum = 0;
  for (let i = 0; i < f.length; i++) sum += (f[i]! - p[i]!) ** 2;
  return -sum;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
