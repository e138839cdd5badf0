import * as tf from "@tensorflow/tfjs-core";

/** The same values as numbers that don't depend on any weight: what a paper calls constant in a step. */
export function stopGradient<T extends tf.Tensor>(x: T): T {
  const operation = tf.customGrad((input) => ({
    value: tf.clone(input as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
  }));
  return operation(x) as T;
}
