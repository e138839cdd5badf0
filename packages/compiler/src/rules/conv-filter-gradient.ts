import { identity, NCHW } from "../layout.js";
import { always, choose, type Formulation, type Placed } from "./formulation.js";
import { timesTransposed } from "./matmul-parts.js";
import { at, type Lowering, type Operand, type Rule, rule } from "./rule.js";
import { CHANNELS_FIRST, CHANNELS_LAST, concat, readTaps } from "./taps.js";
import {
  both,
  type ConvAttributes,
  convWindow,
  pixels,
  taps,
  unreached,
  type Window,
} from "./window.js";

/** [channels, batch, height, width] of maps NHWC. */
const CNHW = [3, 0, 1, 2];

/** Many pixels: each picture's product is large by itself, and the maps may stay as they are. */
const largeMaps = (w: Window): boolean => pixels(w) >= 400 || (taps(w) === 1 && w.channels < 128);

const filterShape = (w: Window): [number, number] => [w.rows.taps, w.columns.taps];

/** [batch, channels, pixels] */
const perPicture = (context: Lowering, name: string): string =>
  context.emit("Reshape", [name, context.ints([0, 0, -1])]);

const overBatch = (context: Lowering, name: string, keepdims: number): string =>
  context.emit("ReduceSum", [name, context.ints([0])], { keepdims });

const swapped: Formulation = {
  name: "Conv of x by dy, batch and channels swapped",
  when: (w) => w.channels <= 4 && taps(w) >= 25,
  emit(context, [x, dy], w): Placed {
    const [height, width] = filterShape(w);
    const { rows, columns } = w;
    const product = context.emit("Conv", [context.place(x, CNHW), context.place(dy, CNHW)], {
      kernel_shape: both(w, (axis) => axis.out),
      strides: both(w, (axis) => axis.dilation),
      dilations: both(w, (axis) => axis.stride),
      pads: [rows.before, columns.before, rows.after, columns.after],
    });
    const whole = unreached(rows) + unreached(columns) === 0;
    const name = whole
      ? product
      : context.emit("Slice", [
          product,
          context.ints([0, 0]),
          context.ints([height, width]),
          context.ints([2, 3]),
        ]);
    return { name, order: [2, 3, 0, 1] };
  },
};

const stacked: Formulation = {
  name: "MatMul per picture, taps stacked",
  when: (w) => w.channels <= 4,
  emit(context, [x, dy], w): Placed {
    const [height, width] = filterShape(w);
    const read = readTaps(context, context.place(x, NCHW), w, CHANNELS_FIRST);
    const stack = perPicture(context, concat(context, read, 1));
    const product = timesTransposed(context, stack, perPicture(context, context.place(dy, NCHW)));
    const shape = context.ints([height, width, w.channels, w.outChannels]);
    const name = context.emit("Reshape", [overBatch(context, product, 0), shape]);
    return { name, order: identity(4) };
  },
};

const perTap: Formulation = {
  name: "MatMul per picture and tap",
  when: largeMaps,
  emit(context, [x, dy], w): Placed {
    const dys = perPicture(context, context.place(dy, NCHW));
    const read = readTaps(context, context.place(x, NCHW), w, CHANNELS_FIRST);
    const products = read.map((tap) =>
      overBatch(context, timesTransposed(context, dys, perPicture(context, tap)), 1),
    );
    return outByIn(context, concat(context, products, 0), w);
  },
};

/** [taps, out, in] as a filter. */
function outByIn(context: Lowering, name: string, w: Window): Placed {
  const shape = context.ints([...filterShape(w), w.outChannels, w.channels]);
  return { name: context.emit("Reshape", [name, shape]), order: [0, 1, 3, 2] };
}

/** dy as [out, batch * pixels]. */
const byChannel = (context: Lowering, dy: Operand, w: Window): string =>
  context.emit("Reshape", [context.place(dy, CNHW), context.ints([w.outChannels, -1])]);

const stackedGemm: Formulation = {
  name: "one Gemm, taps stacked",
  when: (w) => w.channels >= 128 || taps(w) === 1,
  emit(context, [x, dy], w): Placed {
    const width = taps(w) * w.channels;
    const read = readTaps(context, context.place(x), w, CHANNELS_LAST);
    const stack = context.emit("Reshape", [concat(context, read, 3), context.ints([-1, width])]);
    const product = context.emit("Gemm", [byChannel(context, dy, w), stack]);
    const shape = context.ints([w.outChannels, ...filterShape(w), w.channels]);
    return { name: context.emit("Reshape", [product, shape]), order: [3, 0, 1, 2] };
  },
};

const tapGemm: Formulation = {
  name: "one Gemm per tap",
  when: always,
  emit(context, [x, dy], w): Placed {
    const dys = byChannel(context, dy, w);
    const products = readTaps(context, context.place(x), w, CHANNELS_LAST).map((tap) => {
      const flat = context.emit("Reshape", [tap, context.ints([-1, w.channels])]);
      return context.emit("Gemm", [dys, flat]);
    });
    return outByIn(context, concat(context, products, 0), w);
  },
};

/** Ways to the gradient of a convolution's filter, from (x, dy). */
export const filterGradients: readonly Formulation[] = [
  swapped,
  stacked,
  perTap,
  stackedGemm,
  tapGemm,
];

type Attributes = ConvAttributes & { readonly filterShape: readonly number[] };

/** The rule of a backprop-filter kernel that chooses from a table. */
export const filterGradientRule = (
  kernel: string,
  depthwise: boolean,
  table: readonly Formulation[],
): Rule =>
  rule<Attributes>({
    inputs: ["x", "dy"],
    infer: (_, attributes) => ({ type: "float32", shape: attributes.filterShape }),
    lower(context, inputs, attributes, outputs) {
      const operands: [Operand, Operand] = [at(inputs, 0), at(inputs, 1)];
      const w = convWindow(
        kernel,
        operands[0].shape,
        attributes.filterShape,
        attributes,
        depthwise,
      );
      const { name, order } = choose(table, w, context.target).emit(context, operands, w);
      return context.result(name, at(outputs, 0), order);
    },
  });

export const filterGradientRules: Readonly<Record<string, Rule>> = {
  Conv2DBackpropFilter: filterGradientRule("Conv2DBackpropFilter", false, filterGradients),
};
