import * as tf from "@tensorflow/tfjs-core";
import { filterGradient } from "./filter-gradient.js";
import { type Attributes, attribute, type Rule, type Rules, single } from "./rule.js";
import { spread } from "./strided-slice.js";

/** Runs a kernel that has no public operation, or whose operation checks less than we need. */
const run = (kernel: string, inputs: tf.NamedTensorMap, attributes: Attributes): tf.Tensor =>
  tf.engine().runKernel<tf.Tensor>(kernel, inputs, attributes);

type FilterGradient = typeof filterGradient;

const pair = (value: number | readonly number[]): [number, number] =>
  typeof value === "number" ? [value, value] : [value[0]!, value[1]!];

/** Zeros between the taps: a dilated convolution is a plain one with this filter. */
function widen(filter: tf.Tensor, dilations: readonly [number, number]): tf.Tensor {
  return dilations.reduce((wide, dilation, axis) => {
    const taps = (wide.shape[axis]! - 1) * dilation + 1;
    return dilation === 1 ? wide : spread(wide, axis, taps, 0, dilation);
  }, filter);
}

/** The taps of a widened filter again. */
const narrow = (filter: tf.Tensor, dilations: readonly [number, number]): tf.Tensor =>
  dilations.every((dilation) => dilation === 1)
    ? filter
    : tf.stridedSlice(filter, [0, 0, 0, 0], filter.shape, [...dilations, 1, 1]);

/**
 * The backward kernels know no dilation (and some ignore it), so it is written into the filter: every
 * dilation that the forward kernel takes has a gradient, at the cost of the zero taps.
 */
const convolution = (backpropInput: string, filterGradientOf: FilterGradient): Rule => ({
  inputsToSave: ["x", "filter"],
  gradFunc: (dys, [x, filter], attributes) => {
    const dy = single(dys);
    const dilations = pair(attribute<number | number[] | undefined>(attributes, "dilations") ?? 1);
    const { strides, pad, dimRoundingMode, dataFormat } = attributes;
    const common = { strides, pad, dimRoundingMode, dataFormat, dilations: [1, 1] } as Attributes;
    return {
      x: () => {
        const inputs = { dy, filter: widen(filter!, dilations) };
        return run(backpropInput, inputs, { ...common, inputShape: x!.shape });
      },
      filter: () => {
        const [height, width] = dilations.map((d, axis) => (filter!.shape[axis]! - 1) * d + 1);
        const filterShape = [height!, width!, ...filter!.shape.slice(2)];
        return narrow(filterGradientOf(x!, dy, common, filterShape), dilations);
      },
    };
  },
});

/** Convolutions, channels last; strides with dilations are refused by tfjs-core itself. */
export const convRules: Rules = {
  Conv2D: convolution("Conv2DBackpropInput", filterGradient),
  DepthwiseConv2dNative: convolution(
    "DepthwiseConv2dNativeBackpropInput",
    (x, dy, attributes, filterShape) =>
      run(
        "DepthwiseConv2dNativeBackpropFilter",
        { x, dy },
        { ...attributes, filterShape: [...filterShape] },
      ),
  ),
  /** The transposed convolution. */
  Conv2DBackpropInput: {
    inputsToSave: ["dy", "filter"],
    gradFunc: (ddxs, [dy, filter], attributes) => {
      const ddx = single(ddxs);
      const { strides, pad, dimRoundingMode, dataFormat } = attributes;
      const common = { strides, pad, dimRoundingMode, dataFormat, dilations: [1, 1] } as Attributes;
      return {
        dy: () => run("Conv2D", { x: ddx, filter: filter! }, common),
        filter: () => filterGradient(ddx, dy!, common, filter!.shape),
      };
    },
  },
};
