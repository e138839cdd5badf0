import * as tf from "@tensorflow/tfjs-core";
import { gelu, relu6Grad, reluGrad } from "./kernels.js";

/**
 * max(x, 0). Its gradient comes from the output, whatever rule is registered for tfjs's own kernel: a
 * tape entry of its own asks no registry, so nothing global has to be replaced.
 */
export const relu = <T extends tf.Tensor>(x: T): T =>
  fromOutput(x, (input) => tf.relu(input), reluGrad);

/** min(max(x, 0), 6), with no gradient at exactly 0 and 6, as in PyTorch. */
export const relu6 = <T extends tf.Tensor>(x: T): T =>
  fromOutput(x, (input) => tf.relu6(input), relu6Grad);

/** x where it is positive, `slope` x elsewhere. */
export const leakyRelu = <T extends tf.Tensor>(x: T, slope: number): T => tf.leakyRelu(x, slope);

function fromOutput<T extends tf.Tensor>(
  x: T,
  forward: (x: tf.Tensor) => tf.Tensor,
  backward: (y: tf.Tensor, dy: tf.Tensor) => tf.Tensor,
): T {
  const operation = tf.customGrad((input, save) => {
    const y = forward(input as tf.Tensor);
    (save as tf.GradSaveFunc)([y]);
    return {
      value: y,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => backward(saved[0]!, dy),
    };
  });
  return operation(x) as T;
}

/** x * Phi(x) by its usual approximation with tanh (arXiv 1606.08415, section 2). */
function geluTanh<T extends tf.Tensor>(x: T): T {
  const cubed = tf.mul(tf.mul(tf.square(x), 0.044715), x);
  const inner = tf.mul(tf.add(x, cubed), Math.sqrt(2 / Math.PI));
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1));
}

export type Activation = "identity" | "relu" | "relu6" | "gelu" | "gelu_new" | "silu" | "tanh";

/** Activations by the name that configs use. */
export const activations: Readonly<Record<Activation, <T extends tf.Tensor>(x: T) => T>> = {
  identity: (x) => x,
  relu,
  relu6,
  gelu,
  gelu_new: geluTanh,
  silu: (x) => tf.mul(x, tf.sigmoid(x)),
  tanh: (x) => tf.tanh(x),
};
