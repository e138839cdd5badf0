import * as tf from "@tensorflow/tfjs-core";

/** Which index runs slowest in a flattened map: the channel (PyTorch), or the row (TensorFlow). */
export type FlattenOrder = "nchw" | "nhwc";

/** A map as one row of numbers a picture: (B, H, W, C) -> (B, H W C). */
export function flattenMap(x: tf.Tensor4D, order: FlattenOrder): tf.Tensor2D {
  const [batch, height, width, channels] = x.shape;
  const ordered = order === "nchw" ? tf.transpose(x, [0, 3, 1, 2]) : x;
  return tf.reshape(ordered, [batch, height * width * channels]);
}
