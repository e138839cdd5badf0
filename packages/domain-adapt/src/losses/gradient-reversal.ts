import { GraftError } from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";

/**
 * The gradient reversal layer: x forward, and -lambda dy backward (Ganin and Lempitsky 2015, arXiv
 * 1409.7495, eqs. 9 and 10). `lambda` is a scalar; as a tensor it may change from step to step without
 * a new trace.
 */
export function reverseGradient<T extends tf.Tensor>(x: T, lambda: number | tf.Scalar): T {
  const operation = tf.customGrad((...args) => {
    const [input, strength, save] = args as [tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    save([strength]);
    return {
      value: tf.clone(input),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => [
        tf.neg(tf.mul(dy, saved[0]!)),
        tf.zerosLike(saved[0]!),
      ],
    };
  });
  return operation(x, typeof lambda === "number" ? tf.scalar(lambda) : lambda) as T;
}

/**
 * How strong an adversary is after a share of the training, 0 to 1: 2 / (1 + exp(-gamma p)) - 1, from 0
 * towards 1 (Ganin and Lempitsky 2015, eq. 14). Throws `config-invalid` for a progress outside 0 to 1.
 */
export function reversalRamp(progress: number, { gamma = 10 }: { gamma?: number } = {}): number {
  if (progress >= 0 && progress <= 1) return 2 / (1 + Math.exp(-gamma * progress)) - 1;
  throw new GraftError(
    "config-invalid",
    `The progress of a training is ${progress}; give the share of its steps that are done, 0 to 1.`,
    { details: { progress } },
  );
}
