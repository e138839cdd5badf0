import * as tf from "@tensorflow/tfjs-core";
import type { TensorMap } from "../program.js";

/** Global L2 norm over all gradients: a float32 scalar. */
export const globalNorm = (gradients: TensorMap): tf.Scalar =>
  tf.tidy(() => {
    const squares = Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient)));
    return tf.sqrt(squares.length === 0 ? tf.scalar(0) : tf.addN(squares)) as tf.Scalar;
  });

/** What all gradients are multiplied by so that their norm is at most `clipNorm`; 1 when it is already. */
export const clipFactor = (norm: number, clipNorm: number | undefined): number =>
  clipNorm !== undefined && norm > clipNorm ? clipNorm / norm : 1;
