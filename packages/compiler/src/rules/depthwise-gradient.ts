import { NCHW } from "../layout.js";
import { DEPTHWISE, placeFilter } from "./conv.js";
import { filterGradientRule } from "./conv-filter-gradient.js";
import {
  flip,
  flippable,
  flippedAttributes,
  inputGradientRule,
  transposedAttributes,
} from "./conv-input-gradient.js";
import { always, type Formulation, type Placed } from "./formulation.js";
import { timesTransposed } from "./matmul-parts.js";
import type { Lowering, Rule } from "./rule.js";
import { CHANNELS_FIRST, concat, readTaps } from "./taps.js";
import { both, every, pixels, taps, unreached, type Window } from "./window.js";

const multiplier = (w: Window): number => w.outChannels / w.channels;

const flipped: Formulation = {
  name: "grouped Conv with the flipped filter",
  possible: flippable,
  when: always,
  emit(context, [dy, filter], w): Placed {
    const turned = flip(context, context.place(filter, DEPTHWISE), w);
    const name = context.emit("Conv", [context.place(dy, NCHW), turned], {
      ...flippedAttributes(w),
      group: w.channels,
    });
    return { name, order: NCHW };
  },
};

const transposed: Formulation = {
  name: "grouped ConvTranspose",
  when: always,
  emit(context, [dy, filter], w): Placed {
    const operands = [context.place(dy, NCHW), placeFilter(context, filter, true)];
    const attributes = { ...transposedAttributes(w), group: w.channels };
    return { name: context.emit("ConvTranspose", operands, attributes), order: NCHW };
  },
};

/** Ways to the gradient of a depthwise convolution's input, from (dy, filter). */
export const depthwiseInputGradients: readonly Formulation[] = [flipped, transposed];

const strided = (w: Window): boolean => !every(w, (axis) => axis.stride === 1);

/** [batch, channels * multiplier * taps] summed over the batch, as a filter. */
function asFilter(context: Lowering, name: string, w: Window): Placed {
  const shape = [w.channels, multiplier(w), w.rows.taps, w.columns.taps];
  const sum = context.emit("ReduceSum", [name, context.ints([0])], { keepdims: 0 });
  return { name: context.emit("Reshape", [sum, context.ints(shape)]), order: DEPTHWISE };
}

const swapped: Formulation = {
  name: "Conv of each map of x by its dy",
  when: strided,
  emit(context, [x, dy], w): Placed {
    const { rows, columns } = w;
    const maps = context.emit("Reshape", [
      context.place(x, NCHW),
      context.ints([1, -1, rows.size, columns.size]),
    ]);
    const filters = context.emit("Reshape", [
      context.place(dy, NCHW),
      context.ints([-1, 1, rows.out, columns.out]),
    ]);
    const product = context.emit("Conv", [maps, filters], {
      kernel_shape: both(w, (axis) => axis.out),
      strides: both(w, (axis) => axis.dilation),
      dilations: both(w, (axis) => axis.stride),
      pads: [rows.before, columns.before, rows.after, columns.after],
      group: w.batch * w.channels,
    });
    const whole = unreached(rows) + unreached(columns) === 0;
    const cut = whole
      ? product
      : context.emit("Slice", [
          product,
          context.ints([0, 0]),
          context.ints([rows.taps, columns.taps]),
          context.ints([2, 3]),
        ]);
    const flat = context.ints([-1, w.outChannels * taps(w)]);
    return asFilter(context, context.emit("Reshape", [cut, flat]), w);
  },
};

const dots: Formulation = {
  name: "a dot product per map and tap",
  when: (w) => multiplier(w) > 1 || pixels(w) >= 700,
  emit(context, [x, dy], w): Placed {
    const size = pixels(w);
    const dys = context.emit("Reshape", [
      context.place(dy, NCHW),
      context.ints([-1, multiplier(w), size]),
    ]);
    const products = readTaps(context, context.place(x, NCHW), w, CHANNELS_FIRST).map((tap) => {
      const maps = context.emit("Reshape", [tap, context.ints([-1, 1, size])]);
      return timesTransposed(context, dys, maps);
    });
    const flat = context.ints([-1, w.outChannels * taps(w)]);
    return asFilter(context, context.emit("Reshape", [concat(context, products, 2), flat]), w);
  },
};

const products: Formulation = {
  name: "Mul and ReduceSum per tap",
  possible: (w) => multiplier(w) === 1,
  when: always,
  emit(context, [x, dy], w): Placed {
    const dys = context.place(dy, NCHW);
    const sums = readTaps(context, context.place(x, NCHW), w, CHANNELS_FIRST).map((tap) =>
      context.emit("ReduceSum", [context.emit("Mul", [tap, dys]), context.ints([0, 2, 3])], {
        keepdims: 1,
      }),
    );
    const shape = context.ints([w.channels, 1, w.rows.taps, w.columns.taps]);
    const name = context.emit("Reshape", [concat(context, sums, 3), shape]);
    return { name, order: DEPTHWISE };
  },
};

/** Ways to the gradient of a depthwise convolution's filter, from (x, dy). */
export const depthwiseFilterGradients: readonly Formulation[] = [swapped, dots, products];

export const depthwiseGradientRules: Readonly<Record<string, Rule>> = {
  DepthwiseConv2dNativeBackpropInput: inputGradientRule(
    "DepthwiseConv2dNativeBackpropInput",
    true,
    depthwiseInputGradients,
  ),
  DepthwiseConv2dNativeBackpropFilter: filterGradientRule(
    "DepthwiseConv2dNativeBackpropFilter",
    true,
    depthwiseFilterGradients,
  ),
};
