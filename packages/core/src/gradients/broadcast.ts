import * as tf from "@tensorflow/tfjs-core";

/** The gradient of broadcasting: sums `dy` over the axes that an input of `shape` was stretched along. */
export function unbroadcast(dy: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes([...shape], dy.shape);
  const summed = axes.length > 0 ? tf.sum(dy, axes) : dy;
  return tf.reshape(summed, [...shape]);
}

/** The gradient of a sum over `axes`: `dy` given back to every element of an input of `shape`. */
export function rebroadcast(
  dy: tf.Tensor,
  shape: readonly number[],
  axes: readonly number[],
): tf.Tensor {
  return tf.broadcastTo(tf.reshape(dy, keptShape(shape, axes)), [...shape]);
}

/** `shape` with 1 along the reduced axes. */
export const keptShape = (shape: readonly number[], axes: readonly number[]): number[] =>
  shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
