import { identity, NCHW, OIHW } from "../layout.js";
import { always, choose, type Formulation, type Placed } from "./formulation.js";
import { at, type Lowering, type Operand, type Rule, rule } from "./rule.js";
import { writeTaps } from "./taps.js";
import {
  type Axis,
  both,
  type ConvAttributes,
  convWindow,
  dilations,
  every,
  pixels,
  taps,
  unreached,
  type Window,
  windowAttributes,
} from "./window.js";
import { winogradInputGradient } from "./winograd.js";

/** [in, out, height, width] of a filter HWIO. */
const IOHW = [2, 3, 0, 1];

const notStrided = (w: Window): boolean => every(w, (axis) => axis.stride === 1);

/** Padding of dy, so that the flipped filter meets each cell of x. */
const flippedPads = (axis: Axis): [before: number, after: number] => {
  const width = (axis.taps - 1) * axis.dilation;
  return [width - axis.before, axis.size - axis.out + axis.before];
};

/** Turns a filter's rows and columns round; axes 2 and 3. */
export function flip(context: Lowering, filter: string, w: Window): string {
  if (taps(w) === 1) return filter;
  const [last, first] = [context.ints([-1, -1]), context.ints([-(2 ** 31), -(2 ** 31)])];
  return context.emit("Slice", [filter, last, first, context.ints([2, 3]), last]);
}

/** Where the flipped filter can be used: without strides, and with no more padding than it is wide. */
export const flippable = (w: Window): boolean =>
  notStrided(w) && every(w, (axis) => flippedPads(axis).every((amount) => amount >= 0));

/** The attributes of the convolution of dy with the flipped filter. */
export function flippedAttributes(w: Window) {
  const [rows, columns] = both(w, flippedPads);
  return {
    kernel_shape: both(w, (axis) => axis.taps),
    strides: [1, 1],
    pads: [rows[0], columns[0], rows[1], columns[1]],
    ...dilations(w),
  };
}

/** The attributes of the transposed convolution: cells that no window reached come out as zeros. */
export const transposedAttributes = (w: Window) => ({
  ...windowAttributes(w),
  ...dilations(w),
  output_padding: both(w, unreached),
});

const flipped: Formulation = {
  name: "Conv with the flipped filter",
  possible: flippable,
  when: (w) => notStrided(w) && (!wide(w) || !smallMaps(w)),
  emit(context, [dy, filter], w): Placed {
    const turned = flip(context, context.place(filter, IOHW), w);
    const name = context.emit("Conv", [context.place(dy, NCHW), turned], flippedAttributes(w));
    return { name, order: NCHW };
  },
};

/** Channels enough that one product for the whole batch outweighs moving maps to channels-last. */
const wide = (w: Window): boolean => w.channels >= 128;

/** Conv unfolds each picture by itself: on few pixels its products are too small. */
const smallMaps = (w: Window): boolean => pixels(w) < (taps(w) === 1 ? 100 : 225);

const byTaps: Formulation = {
  name: "one NHWC Gemm, its taps added up",
  when: (w) => wide(w) && smallMaps(w),
  emit(context, [dy, filter], w): Placed {
    const { rows, columns, channels, outChannels } = w;
    const count = taps(w);
    const pixelRows = context.emit("Reshape", [context.place(dy), context.ints([-1, outChannels])]);
    const flat = context.emit("Reshape", [
      context.place(filter, [3, 0, 1, 2]),
      context.ints([outChannels, count * channels]),
    ]);
    const product = context.emit("Gemm", [pixelRows, flat]);
    const maps = context.ints([-1, rows.out, columns.out, count * channels]);
    const all = context.emit("Reshape", [product, maps]);
    const sizes = Array<number>(count).fill(channels);
    const parts =
      count === 1
        ? [all]
        : context.emitMany("Split", [all, context.ints(sizes)], count, { axis: 3 });
    return { name: writeTaps(context, parts, w), order: identity(4) };
  },
};

const transposed: Formulation = {
  name: "ConvTranspose",
  when: always,
  emit(context, [dy, filter], w): Placed {
    const operands = [context.place(dy, NCHW), context.place(filter, OIHW)];
    return { name: context.emit("ConvTranspose", operands, transposedAttributes(w)), order: NCHW };
  },
};

/** Ways to the gradient of a convolution's input, from (dy, filter). */
export const inputGradients: readonly Formulation[] = [
  winogradInputGradient,
  flipped,
  byTaps,
  transposed,
];

type Attributes = ConvAttributes & { readonly inputShape: readonly number[] };

/** The rule of a backprop-input kernel that chooses from a table. */
export const inputGradientRule = (
  kernel: string,
  depthwise: boolean,
  table: readonly Formulation[],
): Rule =>
  rule<Attributes>({
    inputs: ["dy", "filter"],
    infer: (_, { inputShape }) => ({ type: "float32", shape: inputShape }),
    lower(context, inputs, attributes, outputs) {
      const operands: [Operand, Operand] = [at(inputs, 0), at(inputs, 1)];
      const { inputShape } = attributes;
      const w = convWindow(kernel, inputShape, operands[1].shape, attributes, depthwise);
      const { name, order } = choose(table, w, context.target).emit(context, operands, w);
      return context.result(name, at(outputs, 0), order);
    },
  });

export const inputGradientRules: Readonly<Record<string, Rule>> = {
  Conv2DBackpropInput: inputGradientRule("Conv2DBackpropInput", false, inputGradients),
};
