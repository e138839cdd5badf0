import * as tf from "@tensorflow/tfjs-core";
import type { Preprocess } from "../picture/preprocess.js";
import { axisTaps, divideDown, joinParts } from "./axis-taps.js";

/**
 * `preprocess` inside a program, for graphs that take pictures of any size: pixels 0..255
 * (B, H, W, 3) -> (B, height, width, 3), whole numbers. Each axis is two products with matrices of
 * weights that the program makes from the picture's size, rounded as on the host: "bilinear" gives the
 * pixels of `preprocess`, the other filters differ by 1 in rare ties. This holds while twice the square
 * of a side over what it is resized to stays below 2^19 (7,000 pixels to 224); beyond, ties may differ.
 */
export function resizeAndCrop(pixels: tf.Tensor4D, options: Preprocess): tf.Tensor4D {
  return tf.tidy(() => {
    const [batch, fullHeight, fullWidth, channels] = pixels.shape;
    const [height, width] = options.size;
    const rows = sideOf(fullHeight);
    const columns = sideOf(fullWidth);
    const target = targetSize(rows.size, columns.size, options.resize);
    const taps = (side: Side, outSize: tf.Scalar, length: number) => {
      const first = centreOffset(outSize, length, options.cropRounding);
      return axisTaps(options.interpolation, { ...side, outSize, first, length });
    };
    const planes = tf.transpose(tf.cast(pixels, "float32"), [0, 3, 1, 2]);
    const lines = tf.reshape<tf.Rank.R2>(planes, [batch * channels * fullHeight, fullWidth]);
    const across = taps(columns, target.width, width);
    const times = (weights: tf.Tensor2D) => tf.matMul<tf.Tensor2D>(lines, weights, false, true);
    const narrow = joinParts(times(across.coarse), times(across.fine));
    const strips = tf.reshape(narrow, [batch * channels, fullHeight, width]);
    const down = taps(rows, target.height, height);
    const of = (weights: tf.Tensor2D) =>
      tf.matMul(tf.reshape(weights, [1, height, fullHeight]), strips);
    const resized = joinParts(of(down.coarse), of(down.fine));
    return tf.transpose<tf.Tensor4D>(
      tf.reshape(resized, [batch, channels, height, width]),
      [0, 2, 3, 1],
    );
  });
}

type Side = { readonly positions: tf.Tensor1D; readonly size: tf.Scalar };

/** The size as a tensor: read off the positions, so that a compiled graph follows its input. */
function sideOf(size: number): Side {
  const positions = tf.range(0, size, 1, "float32");
  return { positions, size: tf.add<tf.Scalar>(tf.max(positions), 1) };
}

function targetSize(
  height: tf.Scalar,
  width: tf.Scalar,
  resize: Preprocess["resize"],
): { height: tf.Scalar; width: tf.Scalar } {
  if (resize.kind === "exact")
    return { height: tf.scalar(resize.height), width: tf.scalar(resize.width) };
  const pixels = tf.scalar(resize.pixels);
  const longer = (length: tf.Scalar, shorter: tf.Scalar) =>
    tf.maximum(divideDown(tf.mul(length, pixels), shorter), 1);
  const isTall = tf.lessEqual(width, height);
  return {
    height: tf.where(isTall, longer(height, width), pixels) as tf.Scalar,
    width: tf.where(isTall, pixels, longer(width, height)) as tf.Scalar,
  };
}

/** As on the host: half a pixel goes down or to even; negative where the picture is too small. */
function centreOffset(
  size: tf.Scalar,
  wanted: number,
  rounding: Preprocess["cropRounding"],
): tf.Scalar {
  const rest = tf.sub(size, wanted);
  const down = tf.floor(tf.div(rest, 2));
  const missing = tf.neg(tf.floor(tf.div(tf.neg(rest), 2)));
  const isOdd = (x: tf.Tensor) => tf.sub(x, tf.mul(tf.floor(tf.div(x, 2)), 2));
  const kept = rounding === "down" ? down : tf.add(down, tf.mul(isOdd(rest), isOdd(down)));
  return tf.where(tf.less(rest, 0), missing, kept) as tf.Scalar;
}
