import * as tf from "@tensorflow/tfjs-core";
import { GraftError } from "../errors.js";
import type { TensorMap } from "../program.js";

export type MixSamplesOptions<X extends tf.Tensor> = {
  /** What the network takes: normalised pictures (B, H, W, C), or features (B, ...). */
  x: X;
  /** Class numbers (B), probabilities (B, C), or any numbers (B, ...) to predict. */
  targets: tf.Tensor;
  /** The program's batch; without the fields of `mixedBatches`, in evaluation, nothing is changed. */
  batch: TensorMap;
  /** Makes probabilities of class numbers. Not needed for other targets. */
  numClasses?: number;
};

/**
 * Mixup and cutmix inside a program: each sample and its target become share * own + (1 - share) *
 * partner's, as `mixedBatches` drew it. A box is cut at whole pixels, and the target's share is the
 * box's exact area. Throws `shape-mismatch` for a box in features that are no map (B, H, W, C).
 */
export function mixSamples<X extends tf.Tensor>(
  options: MixSamplesOptions<X>,
): { x: X; targets: tf.Tensor } {
  const { x, targets, batch, numClasses } = options;
  const { mixPartner: partner, mixShare: share, mixBox: box } = batch;
  if (!partner || !share) return { x, targets };
  const inBox = box ? insideBox(box as tf.Tensor2D, x.shape) : undefined;
  const wanted =
    numClasses === undefined
      ? tf.cast(targets, "float32")
      : tf.oneHot(tf.cast(targets, "int32"), numClasses, 1, 0, "float32");
  const kept = inBox ? tf.mul(share, tf.sub(1, tf.mean(inBox, [1, 2, 3]))) : share;
  const keptHere = inBox
    ? tf.mul(tf.reshape(share, [-1, 1, 1, 1]), tf.sub(1, inBox))
    : overRows(share, x.rank);
  return {
    x: blend(x, partner, keptHere),
    targets: blend(wanted, partner, overRows(kept, wanted.rank)),
  };
}

/** Both products, not the difference, so that a share of 0 or 1 copies to the bit. */
function blend<T extends tf.Tensor>(x: T, partner: tf.Tensor, share: tf.Tensor): T {
  const other = tf.gather(x, tf.cast(partner, "int32") as tf.Tensor1D);
  return tf.add<T>(tf.mul(x, share), tf.mul(other, tf.sub(1, share)));
}

const overRows = (values: tf.Tensor, rank: number): tf.Tensor =>
  tf.reshape(values, [-1, ...new Array<number>(rank - 1).fill(1)]);

/** 1 for pixels whose centre lies in the sample's box, else 0: (B, H, W, 1). */
function insideBox(box: tf.Tensor2D, shape: readonly number[]): tf.Tensor {
  const [batch, height, width] = shape;
  if (shape.length !== 4 || height === undefined || width === undefined) {
    throw new GraftError(
      "shape-mismatch",
      `cutmix pastes boxes into maps (batch, height, width, channels), not into [${shape}]. Use mixup for these features.`,
      { details: { shape } },
    );
  }
  const side = (at: number): tf.Tensor => tf.slice(box, [0, at], [batch!, 1]);
  const rows = between(height, side(0), side(2));
  const columns = between(width, side(1), side(3));
  return tf.mul(tf.reshape(rows, [-1, height, 1, 1]), tf.reshape(columns, [-1, 1, width, 1]));
}

/** Which of `count` pixels' centres lie in [from, to), fractions (B, 1) of the side: (B, count). */
function between(count: number, from: tf.Tensor, to: tf.Tensor): tf.Tensor {
  const centres = tf.tensor2d(
    Float32Array.from({ length: count }, (_, i) => (i + 0.5) / count),
    [1, count],
  );
  return tf.cast(tf.logicalAnd(tf.greaterEqual(centres, from), tf.less(centres, to)), "float32");
}
