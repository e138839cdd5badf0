import * as tf from "@tensorflow/tfjs-core";
import { GraftError } from "../errors.js";
import { type Attributes, attribute } from "./rule.js";

/**
 * Puts dy back at every `strides`-th place of zeros of `shape`: tfjs-core has no such gradient.
 * Strides must be positive.
 */
export function stridedSliceGradient(
  dy: tf.Tensor,
  shape: readonly number[],
  attributes: Attributes,
): tf.Tensor {
  const mask = (name: string) => attribute<number | undefined>(attributes, name) ?? 0;
  const slice = tf.slice_util.sliceInfo(
    [...shape],
    attribute<number[]>(attributes, "begin"),
    attribute<number[]>(attributes, "end"),
    attribute<number[]>(attributes, "strides"),
    mask("beginMask"),
    mask("endMask"),
    mask("ellipsisMask"),
    mask("newAxisMask"),
    mask("shrinkAxisMask"),
  );
  if (slice.strides.some((stride) => stride <= 0)) {
    throw new GraftError(
      "program-invalid",
      `The gradient of a strided slice needs positive strides, not [${slice.strides}]. Use tf.reverse for a backward slice.`,
      { details: { strides: slice.strides } },
    );
  }
  // New and shrunk axes are reshapes; dy has this shape without them.
  const taken = shape.map((_, axis) =>
    Math.ceil((slice.end[axis]! - slice.begin[axis]!) / slice.strides[axis]!),
  );
  return shape.reduce<tf.Tensor>(
    (sum, size, axis) => spread(sum, axis, size, slice.begin[axis]!, slice.strides[axis]!),
    tf.reshape(dy, taken),
  );
}

/** Along one axis: element i goes to `begin + i * stride` of `size` zeros. */
export function spread(
  x: tf.Tensor,
  axis: number,
  size: number,
  begin: number,
  stride: number,
): tf.Tensor {
  const before = x.shape.slice(0, axis);
  const after = x.shape.slice(axis + 1);
  const count = x.shape[axis]!;
  const volume = (sizes: readonly number[]) => sizes.reduce((all, each) => all * each, 1);
  const apart = tf.pad(tf.reshape(x, [volume(before), count, 1, volume(after)]), [
    [0, 0],
    [0, 0],
    [0, stride - 1],
    [0, 0],
  ]);
  const room = size - begin;
  const line = tf.reshape(apart, [volume(before), count * stride, volume(after)]);
  const cut = count * stride > room ? tf.slice(line, [0, 0, 0], [-1, room, -1]) : line;
  const placed = tf.pad(cut, [
    [0, 0],
    [begin, room - cut.shape[1]!],
    [0, 0],
  ]);
  return tf.reshape(placed, [...before, size, ...after]);
}
