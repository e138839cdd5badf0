import { backend_util } from "@tensorflow/tfjs-core";
import { CompileError } from "../errors.js";
import type { Attributes } from "./rule.js";
import { type Padding, statedPadding } from "./stated-padding.js";

export type { Padding } from "./stated-padding.js";

/** A window sliding along one axis: tap t of place p reads `p * stride + t * dilation - before`. */
export type Axis = {
  /** Length of the axis, and number of places of the window. */
  readonly size: number;
  readonly out: number;
  readonly taps: number;
  readonly stride: number;
  readonly dilation: number;
  /** Padding; `after` is as much as the last place needs, and no more. */
  readonly before: number;
  readonly after: number;
};

/** A window over maps (B, H, W, C) and the maps (B, H', W', C') that it makes. */
export type Window = {
  readonly batch: number;
  readonly channels: number;
  readonly outChannels: number;
  readonly rows: Axis;
  readonly columns: Axis;
  /** The padding as the program states it, where ONNX takes it so. */
  readonly stated: Attributes | undefined;
};

type Size = number | [number, number];
export type ConvAttributes = {
  readonly strides: Size;
  readonly pad: Padding;
  readonly dilations?: Size;
  readonly dataFormat?: "NHWC" | "NCHW";
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
};

export type PoolAttributes = {
  readonly filterSize: Size;
  readonly strides: Size;
  readonly pad: Padding;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
};

type Shape4D = [number, number, number, number];

export const reach = (axis: Omit<Axis, "after">): number =>
  (axis.out - 1) * axis.stride + (axis.taps - 1) * axis.dilation + 1;

function windowOf(info: backend_util.Conv2DInfo, stated: Attributes | undefined): Window {
  const axis = (size: Omit<Axis, "after">): Axis => ({
    ...size,
    after: Math.max(0, reach(size) - size.size - size.before),
  });
  return {
    batch: info.batchSize,
    channels: info.inChannels,
    outChannels: info.outChannels,
    stated,
    rows: axis({
      size: info.inHeight,
      out: info.outHeight,
      taps: info.filterHeight,
      stride: info.strideHeight,
      dilation: info.dilationHeight,
      before: info.padInfo.top,
    }),
    columns: axis({
      size: info.inWidth,
      out: info.outWidth,
      taps: info.filterWidth,
      stride: info.strideWidth,
      dilation: info.dilationWidth,
      before: info.padInfo.left,
    }),
  };
}

/** The window of a convolution with a filter HWIO (depthwise: height, width, channels, multiplier). */
export function convWindow(
  kernel: string,
  x: readonly number[],
  filter: readonly number[],
  attributes: ConvAttributes,
  depthwise = false,
): Window {
  const { strides, dilations, pad, dataFormat, dimRoundingMode } = attributes;
  if (dataFormat === "NCHW") {
    throw new CompileError(
      "attribute-unsupported",
      `${kernel} with dataFormat "NCHW" has no rule: transpose the maps to NHWC, which costs nothing here.`,
      { details: { kernel, dataFormat } },
    );
  }
  const info = backend_util.computeConv2DInfo(
    x as Shape4D,
    filter as Shape4D,
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    depthwise,
  );
  return windowOf(info, statedPadding(pad, { strides, rounding: dimRoundingMode }));
}

export function poolWindow(x: readonly number[], attributes: PoolAttributes): Window {
  const { filterSize, strides, pad, dimRoundingMode } = attributes;
  const maps = x as Shape4D;
  const info = backend_util.computePool2DInfo(maps, filterSize, strides, 1, pad, dimRoundingMode);
  return windowOf(info, statedPadding(pad, { strides, rounding: dimRoundingMode }));
}

/** A value for each axis, rows first. */
export const both = <T>({ rows, columns }: Window, of: (axis: Axis) => T): [T, T] => [
  of(rows),
  of(columns),
];

export const every = (window: Window, holds: (axis: Axis) => boolean): boolean =>
  both(window, holds).every(Boolean);

/** Places of the window on one map, and taps of the filter. */
export const pixels = (w: Window): number => w.rows.out * w.columns.out;
export const taps = (w: Window): number => w.rows.taps * w.columns.taps;

const windowShape = (w: Window): Attributes => ({
  kernel_shape: both(w, (axis) => axis.taps),
  strides: both(w, (axis) => axis.stride),
});

/** kernel_shape, strides and pads, as Conv and the pools take them: the same at every size of the map. */
export const slidingAttributes = (w: Window): Attributes =>
  w.stated ? { ...windowShape(w), ...w.stated } : windowAttributes(w);

/** The same with pads cell by cell, as gradients need them. */
export const windowAttributes = (w: Window): Attributes => ({
  ...windowShape(w),
  pads: [...both(w, (axis) => axis.before), ...both(w, (axis) => axis.after)],
});

export const dilations = (w: Window): Attributes => ({
  dilations: both(w, (axis) => axis.dilation),
});

/** Cells at the end that no window reaches, since the stride steps over them. */
export const unreached = (axis: Axis): number => axis.size + axis.before + axis.after - reach(axis);

/** (B, H', W', C') */
export const outShape = (w: Window): number[] => [
  w.batch,
  w.rows.out,
  w.columns.out,
  w.outChannels,
];
