import { GraftError } from "@graft-ml/core";
import type * as tf from "@tensorflow/tfjs-core";

/** One array of each domain: (B, D) and (B', D). */
export type DomainPair = {
  /** Rows of the source. */
  readonly source: tf.Tensor2D;
  /** Rows of the target, as wide. */
  readonly target: tf.Tensor2D;
};

/** Throws `shape-mismatch` unless both are matrices of one width with so many rows at least. */
export function checkPair({ source, target }: DomainPair, what: string, fewest = 1): void {
  const sound = [source, target].every(({ rank, shape }) => rank === 2 && shape[0] >= fewest);
  if (sound && source.shape[1] === target.shape[1]) return;
  const rows = fewest === 1 ? "" : ` and at least ${fewest} rows`;
  throw new GraftError(
    "shape-mismatch",
    `${what} compares [samples, width] of two domains with one width${rows}, not [${source.shape}] and [${target.shape}].`,
    { details: { source: source.shape, target: target.shape } },
  );
}

/** Throws `shape-mismatch` unless it is (B, C) with two classes at least. */
export function checkLogits({ rank, shape }: tf.Tensor, what: string): void {
  if (rank === 2 && shape[0]! > 0 && shape[1]! > 1) return;
  throw new GraftError(
    "shape-mismatch",
    `${what} takes logits of [samples, classes] with two classes or more, not [${shape}].`,
    { details: { logits: shape } },
  );
}

/** Throws `config-invalid` unless the number is finite and above 0. */
export function checkPositive(value: number, what: string): void {
  if (Number.isFinite(value) && value > 0) return;
  throw new GraftError("config-invalid", `${what} is ${value}; it must be a number above 0.`, {
    details: { value },
  });
}
