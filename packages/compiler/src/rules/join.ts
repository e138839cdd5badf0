import { backend_util, util } from "@tensorflow/tfjs-core";
import { identity } from "../layout.js";
import { leadingOrder } from "./broadcast.js";
import { reshape } from "./reshape.js";
import { at, type Lowering, type Operand, type Rule, rule, type TensorType } from "./rule.js";

type Sized = { readonly shape: readonly number[] };
const axisOf = (axis: number, { shape }: Sized): number =>
  at(util.parseAxisParam(axis, [...shape]), 0);

const replaceAt = (shape: readonly number[], axis: number, size: number): number[] =>
  shape.map((old, index) => (index === axis ? size : old));

const withAxis = (shape: readonly number[], axis: number): number[] => [
  ...shape.slice(0, axis),
  1,
  ...shape.slice(axis),
];

function concat(
  context: Lowering,
  parts: readonly Operand[],
  axis: number,
  output: TensorType,
): Operand {
  const order = leadingOrder(parts, output.shape.length);
  const names = parts.map((part) => context.place(part, order));
  return context.result(
    context.emit("Concat", names, { axis: order.indexOf(axis) }),
    output,
    order,
  );
}

const packAxis = (axis: number, { shape }: Sized): number =>
  axis < 0 ? axis + shape.length + 1 : axis;

/** The pieces of x along one axis. */
function split(context: Lowering, x: Operand, axis: number, sizes: readonly number[]): Operand[] {
  if (sizes.length === 1) return [x];
  const names = context.emitMany(
    "Split",
    [context.place(x, x.order), context.ints(sizes)],
    sizes.length,
    {
      axis: x.order.indexOf(axis),
    },
  );
  return names.map((name, index) =>
    context.result(
      name,
      { type: x.type, shape: replaceAt(x.shape, axis, sizes[index] as number) },
      x.order,
    ),
  );
}

type SplitAttributes = { numOrSizeSplits: number | number[]; axis: number };
const splitSizes = (x: Sized, { numOrSizeSplits, axis }: SplitAttributes): number[] =>
  backend_util.prepareSplitSize(
    { shape: [...x.shape] } as Parameters<typeof backend_util.prepareSplitSize>[0],
    numOrSizeSplits,
    axisOf(axis, x),
  );

type Paddings = readonly (readonly [number, number])[];
const padded = (shape: readonly number[], paddings: Paddings): number[] =>
  shape.map((size, axis) => size + at(paddings, axis)[0] + at(paddings, axis)[1]);

/** Padding in the operand's own layout: all the starts, then all the ends. */
function pad(
  context: Lowering,
  x: Operand,
  paddings: Paddings,
  options: { mode: "constant" | "reflect"; value?: number },
  output: TensorType,
): Operand {
  const pads = context.ints(
    [0, 1].flatMap((end) => x.order.map((axis) => at(paddings, axis)[end] as number)),
  );
  const fill = options.value === undefined ? [] : [context.scalar(options.value, x.type)];
  const name = context.emit("Pad", [context.place(x, x.order), pads, ...fill], {
    mode: options.mode,
  });
  return context.result(name, output, x.order);
}

/** ONNX has no symmetric padding: each border is a reversed slice of x. */
function symmetricPad(context: Lowering, x: Operand, paddings: Paddings): Operand {
  return identity(x.shape.length).reduce((sofar, axis) => {
    const [before, after] = at(paddings, axis);
    const size = sofar.shape[axis] as number;
    const border = (from: number, to: number, width: number): Operand[] => {
      if (width === 0) return [];
      const lists = [[from], [to], [sofar.order.indexOf(axis)], [-1]].map(context.ints);
      const name = context.emit("Slice", [context.place(sofar, sofar.order), ...lists]);
      return [
        context.result(
          name,
          { type: x.type, shape: replaceAt(sofar.shape, axis, width) },
          sofar.order,
        ),
      ];
    };
    const start = border(before - 1, -(2 ** 31), before);
    const end = border(size - 1, size - 1 - after < 0 ? -(2 ** 31) : size - 1 - after, after);
    const shape = replaceAt(sofar.shape, axis, size + before + after);
    const parts = [...start, sofar, ...end];
    return parts.length === 1 ? sofar : concat(context, parts, axis, { type: x.type, shape });
  }, x);
}

/** Kernels that put tensors together, take them apart, or put a border around them. */
export const joinRules: Readonly<Record<string, Rule>> = {
  Concat: rule<{ axis: number }>({
    inputs: "list",
    infer: (inputs, { axis }) => {
      const first = at(inputs, 0);
      const place = axisOf(axis, first);
      const total = inputs.reduce(
        (sum, _, index) => sum + (at(inputs, index).shape[place] ?? 0),
        0,
      );
      return { type: first.type, shape: replaceAt(first.shape, place, total) };
    },
    lower: (context, inputs, { axis }, outputs) => {
      const parts = inputs.map((_, index) => at(inputs, index));
      return concat(context, parts, axisOf(axis, at(inputs, 0)), at(outputs, 0));
    },
  }),
  Pack: rule<{ axis: number }>({
    inputs: "list",
    infer: (inputs, { axis }) => {
      const first = at(inputs, 0);
      const place = packAxis(axis, first);
      return {
        type: first.type,
        shape: replaceAt(withAxis(first.shape, place), place, inputs.length),
      };
    },
    lower: (context, inputs, { axis }, outputs) => {
      const place = packAxis(axis, at(inputs, 0));
      const parts = inputs.map((_, index) => {
        const part = at(inputs, index);
        return reshape(context, part, withAxis(part.shape, place));
      });
      return concat(context, parts, place, at(outputs, 0));
    },
  }),
  SplitV: rule<SplitAttributes>({
    inputs: ["x"],
    infer: (inputs, attributes) => {
      const x = at(inputs, 0);
      const axis = axisOf(attributes.axis, x);
      return splitSizes(x, attributes).map((size) => ({
        type: x.type,
        shape: replaceAt(x.shape, axis, size),
      }));
    },
    lower: (context, inputs, attributes) => {
      const x = at(inputs, 0);
      return split(context, x, axisOf(attributes.axis, x), splitSizes(x, attributes));
    },
  }),
  Unpack: rule<{ axis: number }>({
    inputs: ["value"],
    infer: (inputs, { axis }) => {
      const x = at(inputs, 0);
      const place = axisOf(axis, x);
      const shape = x.shape.filter((_, index) => index !== place);
      return Array.from({ length: x.shape[place] ?? 0 }, () => ({ type: x.type, shape }));
    },
    lower: (context, inputs, { axis }, outputs) => {
      const x = at(inputs, 0);
      const sizes = outputs.map(() => 1);
      const pieces = split(context, x, axisOf(axis, x), sizes);
      return pieces.map((piece, index) => reshape(context, piece, at(outputs, index).shape));
    },
  }),
  PadV2: rule<{ paddings: Paddings; constantValue: number }>({
    inputs: ["x"],
    infer: (inputs, { paddings }) => ({
      type: at(inputs, 0).type,
      shape: padded(at(inputs, 0).shape, paddings),
    }),
    lower: (context, inputs, { paddings, constantValue }, outputs) =>
      pad(
        context,
        at(inputs, 0),
        paddings,
        { mode: "constant", value: constantValue },
        at(outputs, 0),
      ),
  }),
  MirrorPad: rule<{ paddings: Paddings; mode: "reflect" | "symmetric" }>({
    inputs: ["x"],
    infer: (inputs, { paddings }) => ({
      type: at(inputs, 0).type,
      shape: padded(at(inputs, 0).shape, paddings),
    }),
    lower: (context, inputs, { paddings, mode }, outputs) => {
      const x = at(inputs, 0);
      if (mode === "reflect") return pad(context, x, paddings, { mode }, at(outputs, 0));
      return symmetricPad(context, x, paddings);
    },
  }),
};
