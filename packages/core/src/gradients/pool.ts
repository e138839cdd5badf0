import * as tf from "@tensorflow/tfjs-core";
import { fullOverInside } from "../nn/window.js";
import { type Attributes, attribute, type Rule, type Rules, single } from "./rule.js";

type Map4D = [number, number, number, number];
type Window = number | [number, number];

/**
 * tfjs-core averages over the cells of a window that lie inside the picture, but the backward kernels
 * divide by the window's full size. So the padding is made explicit here: dy is scaled by full size
 * over cells inside, spread by the kernel without padding, and the border is cut off.
 */
function averageGradient(dy: tf.Tensor, x: tf.Tensor, attributes: Attributes): tf.Tensor {
  const filterSize = attribute<Window>(attributes, "filterSize");
  const strides = attribute<Window>(attributes, "strides");
  const pad = attribute<Parameters<typeof tf.avgPool>[3]>(attributes, "pad");
  const info = tf.backend_util.computePool2DInfo(x.shape as Map4D, filterSize, strides, 1, pad);
  const { top, bottom, left, right } = info.padInfo;
  const [batch, height, width, channels] = x.shape as Map4D;
  const shape: Map4D = [batch, height + top + bottom, width + left + right, channels];
  const run = (scaled: tf.Tensor, input: tf.Tensor): tf.Tensor =>
    tf
      .engine()
      .runKernel("AvgPoolGrad", { dy: scaled, input }, { filterSize, strides, pad: "valid" });
  if (top + bottom + left + right === 0) return run(dy, x);
  const scaled = tf.mul(dy, fullOverInside(info));
  return tf.slice(run(scaled, tf.zeros(shape)), [0, top, left, 0], x.shape as Map4D);
}

/** Reshaped because tfjs's CPU kernel states height and width the wrong way round; its values are right. */
const resize = (kernel: string): Rule => ({
  inputsToSave: ["images"],
  gradFunc: (dys, [images], attributes) => ({
    images: () => {
      const inputs = { dy: single(dys), images: images! };
      const dx = tf.engine().runKernel<tf.Tensor>(kernel, inputs, attributes);
      return tf.reshape(dx, images!.shape);
    },
  }),
});

/** Pooling and resizing of maps (B, H, W, C). */
export const poolRules: Rules = {
  MaxPool: {
    inputsToSave: ["x"],
    outputsToSave: [true],
    gradFunc: (dys, [x, y], attributes) => ({
      x: () =>
        tf
          .engine()
          .runKernel("MaxPoolGrad", { dy: single(dys), input: x!, output: y! }, attributes),
    }),
  },
  AvgPool: {
    inputsToSave: ["x"],
    gradFunc: (dys, [x], attributes) => ({ x: () => averageGradient(single(dys), x!, attributes) }),
  },
  ResizeBilinear: resize("ResizeBilinearGrad"),
  ResizeNearestNeighbor: resize("ResizeNearestNeighborGrad"),
};
