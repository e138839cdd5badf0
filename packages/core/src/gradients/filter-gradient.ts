import * as tf from "@tensorflow/tfjs-core";
import { type Attributes, attribute } from "./rule.js";

type Map4D = [number, number, number, number];
type Pad = Parameters<typeof tf.conv2d>[3];

/**
 * The gradient of a convolution's filter. tfjs's CPU kernel reads each value through an index function,
 * and its WebAssembly backend has none; both multiply matrices well, so there it is one product.
 */
export function filterGradient(
  x: tf.Tensor,
  dy: tf.Tensor,
  attributes: Attributes,
  filterShape: readonly number[],
): tf.Tensor {
  const backend = tf.getBackend();
  const kernel = "Conv2DBackpropFilter";
  if (backend !== "cpu" && tf.getKernel(kernel, backend)) {
    return tf
      .engine()
      .runKernel(kernel, { x, dy }, { ...attributes, filterShape: [...filterShape] });
  }
  return patchesTimes(x, dy, attributes, filterShape as Map4D);
}

/**
 * Every patch of the map as a row, (B H' W', in taps), transposed, times dy, (B H' W', out). The patches
 * are a depthwise convolution with one filter a tap: tfjs's own slices are slower than its wasted zeros.
 */
function patchesTimes(
  x: tf.Tensor,
  dy: tf.Tensor,
  attributes: Attributes,
  filterShape: Map4D,
): tf.Tensor {
  const [height, width, channels, out] = filterShape;
  const taps = height * width;
  const strides = attribute<number | [number, number]>(attributes, "strides");
  const pad = attribute<Pad>(attributes, "pad");
  const oneTapEach: tf.Tensor4D = tf.tile(tf.reshape(tf.eye(taps), [height, width, 1, taps]), [
    1,
    1,
    channels,
    1,
  ]);
  const rounding = attribute<"floor" | undefined>(attributes, "dimRoundingMode");
  const patches = tf.depthwiseConv2d(
    x as tf.Tensor4D,
    oneTapEach,
    strides,
    pad,
    "NHWC",
    1,
    rounding,
  );
  const rows: tf.Tensor2D = tf.reshape(patches, [-1, channels * taps]);
  const product = tf.matMul(rows, tf.reshape(dy, [-1, out]), true, false);
  return tf.reshape(
    tf.transpose(tf.reshape(product, [channels, taps, out]), [1, 0, 2]),
    filterShape,
  );
}
