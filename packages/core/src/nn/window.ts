import * as tf from "@tensorflow/tfjs-core";

type Window = ReturnType<typeof tf.backend_util.computePool2DInfo>;

/** For each place of a pooling window, its size over how many of its cells are not padding: (1, H', W', 1). */
export function fullOverInside(window: Window): tf.Tensor4D {
  const { outHeight, outWidth, inHeight, inWidth, filterHeight, filterWidth } = window;
  const { top, left } = window.padInfo;
  const rows = cellsInside(outHeight, window.strideHeight, filterHeight, top, inHeight);
  const columns = cellsInside(outWidth, window.strideWidth, filterWidth, left, inWidth);
  const full = filterHeight * filterWidth;
  const scale = rows.flatMap((inRow) => columns.map((inColumn) => full / (inRow * inColumn)));
  return tf.tensor4d(scale, [1, outHeight, outWidth, 1]);
}

/** Along one axis. */
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
