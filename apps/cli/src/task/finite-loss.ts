import { GraftError } from "@graft-ml/core";

/** The loss of a sample that was asked about. Throws `loss-not-finite`, naming it. */
export function finiteLoss(loss: number, name: string): number {
  if (Number.isFinite(loss)) return loss;
  throw new GraftError(
    "loss-not-finite",
    `The loss of ${name} is ${loss}: the weights give outputs that are not finite. Train with a lower learning rate.`,
    { details: { name, loss } },
  );
}

/** Minus the logarithm of what one of several classes is given. */
export function crossEntropyOf(logits: Float32Array, label: number): number {
  const highest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const sum = logits.reduce((total, one) => total + Math.exp(one - highest), 0);
  return highest + Math.log(sum) - logits[label]!;
}
