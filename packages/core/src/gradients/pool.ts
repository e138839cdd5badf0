import * as tf from "@tensorflow/tfjs-core";
import { type Attributes, attribute, type Rules, single } from "./rule.js";

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
  const rows = cellsInside(info.outHeight, info.strideHeight, info.filterHeight, top, height);
  const columns = cellsInside(info.outWidth, info.strideWidth, info.filterWidth, left, width);
  const full = info.filterHeight * info.filterWidth;
  const scale = rows.flatMap((inRow) => columns.map((inColumn) => full / (inRow * inColumn)));
  const scaled = tf.mul(dy, tf.tensor4d(scale, [1, info.outHeight, info.outWidth, 1]));
  return tf.slice(run(scaled, tf.zeros(shape)), [0, top, left, 0], x.shape as Map4D);
}

/** For each place of the window along one axis, how many of its cells are not padding. */
const cellsInside = (
  places: number,
  stride: number,
  window: number,
  before: number,
  size: number,
): number[] =>
  Array.from({ length: places }, (_, place) => {
    const start = place * stride - before;
    return Math.min(start + window, size) - Math.max(start, 0);
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
  ResizeBilinear: {
    inputsToSave: ["images"],
    gradFunc: (dys, [images], attributes) => ({
      images: () =>
        tf
          .engine()
          .runKernel("ResizeBilinearGrad", { dy: single(dys), images: images! }, attributes),
    }),
  },
  ResizeNearestNeighbor: {
    inputsToSave: ["images"],
    gradFunc: (dys, [images], attributes) => ({
      images: () =>
        tf
          .engine()
          .runKernel("ResizeNearestNeighborGrad", { dy: single(dys), images: images! }, attributes),
    }),
  },
};
