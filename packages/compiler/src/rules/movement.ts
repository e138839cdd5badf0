import { slice_util, util } from "@tensorflow/tfjs-core";
import { identity, permute, sizeOf } from "../layout.js";
import { expand, splat } from "./broadcast.js";
import { reshape, transpose } from "./reshape.js";
import { at, type Operand, type Rule, rule } from "./rule.js";

const insertAxis = (shape: readonly number[], dim: number): number[] => {
  const axis = dim < 0 ? shape.length + 1 + dim : dim;
  return [...shape.slice(0, axis), 1, ...shape.slice(axis)];
};

const product = (shape: readonly number[], factors: readonly number[]): number[] =>
  shape.map((size, axis) => size * (factors[axis] ?? 1));

type SliceAttributes = { begin: number | number[]; size: number | number[] };
const sliceOf = (x: { shape: readonly number[] }, { begin, size }: SliceAttributes) => {
  const [from, sizes] = slice_util.parseSliceParams({ shape: [...x.shape] } as Shaped, begin, size);
  return { from: from ?? [], sizes: sizes ?? [] };
};
type Shaped = Parameters<typeof slice_util.parseSliceParams>[0];

type StridedAttributes = {
  begin: number[];
  end: number[];
  strides: number[];
  beginMask: number;
  endMask: number;
  ellipsisMask: number;
  newAxisMask: number;
  shrinkAxisMask: number;
};
const stridedOf = (x: { shape: readonly number[] }, a: StridedAttributes) =>
  slice_util.sliceInfo(
    [...x.shape],
    a.begin,
    a.end,
    a.strides,
    a.beginMask,
    a.endMask,
    a.ellipsisMask,
    a.newAxisMask,
    a.shrinkAxisMask,
  );

/** A backwards slice that ends before element 0 says so with an end that no axis has. */
const BEFORE_START = -(2 ** 31);

/** Kernels that change a tensor's shape and keep its elements in order, or pick a box of them. */
export const movementRules: Readonly<Record<string, Rule>> = {
  Reshape: rule<{ shape: number[] }>({
    inputs: ["x"],
    infer: (inputs, { shape }) => {
      const x = at(inputs, 0);
      return { type: x.type, shape: util.inferFromImplicitShape(shape, sizeOf(x.shape)) };
    },
    lower: (context, inputs, _, outputs) => reshape(context, at(inputs, 0), at(outputs, 0).shape),
  }),
  ExpandDims: rule<{ dim: number }>({
    inputs: ["input"],
    infer: (inputs, { dim }) => {
      const x = at(inputs, 0);
      return { type: x.type, shape: insertAxis(x.shape, dim) };
    },
    lower: (context, inputs, _, outputs) => reshape(context, at(inputs, 0), at(outputs, 0).shape),
  }),
  Transpose: rule<{ perm: number[] }>({
    inputs: ["x"],
    infer: (inputs, { perm }) => {
      const x = at(inputs, 0);
      return { type: x.type, shape: permute(x.shape, perm) };
    },
    lower: (_, inputs, { perm }) => transpose(at(inputs, 0), perm),
  }),
  BroadcastTo: rule<{ shape: number[] }>({
    inputs: ["x"],
    infer: (inputs, { shape }) => ({ type: at(inputs, 0).type, shape }),
    lower: (context, inputs, { shape }) => expand(context, at(inputs, 0), shape),
  }),
  Tile: rule<{ reps: number[] }>({
    inputs: ["x"],
    infer: (inputs, { reps }) => {
      const x = at(inputs, 0);
      return { type: x.type, shape: product(x.shape, reps) };
    },
    lower(context, inputs, { reps }, outputs) {
      const [x, output] = [at(inputs, 0), at(outputs, 0)];
      const spreads = x.shape.every((size, axis) => size === 1 || reps[axis] === 1);
      if (spreads || x.kind === "splat") return expand(context, x, output.shape);
      const repeats = context.ints(permute(reps, x.order));
      return context.result(
        context.emit("Tile", [context.place(x, x.order), repeats]),
        output,
        x.order,
      );
    },
  }),
  Slice: rule<SliceAttributes>({
    inputs: ["x"],
    infer: (inputs, attributes) => {
      const x = at(inputs, 0);
      return { type: x.type, shape: sliceOf(x, attributes).sizes };
    },
    lower(context, inputs, attributes, outputs) {
      const [x, output] = [at(inputs, 0), at(outputs, 0)];
      if (x.kind === "splat") return splat(x.value, output);
      const { from, sizes } = sliceOf(x, attributes);
      const cut = identity(from.length).filter((axis) => sizes[axis] !== x.shape[axis]);
      if (cut.length === 0) return x;
      const name = context.emit("Slice", [
        context.place(x, x.order),
        context.ints(permute(from, cut)),
        context.ints(cut.map((axis) => (from[axis] ?? 0) + (sizes[axis] ?? 0))),
        context.ints(cut.map((axis) => x.order.indexOf(axis))),
      ]);
      return context.result(name, output, x.order);
    },
  }),
  StridedSlice: rule<StridedAttributes>({
    inputs: ["x"],
    infer: (inputs, attributes) => {
      const x = at(inputs, 0);
      return { type: x.type, shape: stridedOf(x, attributes).finalShape };
    },
    lower(context, inputs, attributes, outputs) {
      const [x, output] = [at(inputs, 0), at(outputs, 0)];
      const { begin, end, strides } = stridedOf(x, attributes);
      const ends = end.map((stop, axis) =>
        (strides[axis] ?? 1) < 0 && stop < 0 ? BEFORE_START : stop,
      );
      const lists = [begin, ends, [...identity(begin.length)], strides];
      const name = context.emit("Slice", [context.place(x), ...lists.map(context.ints)]);
      const shape = slice_util.computeOutShape(begin, end, strides);
      const sliced: Operand = context.result(name, { type: x.type, shape });
      return reshape(context, sliced, output.shape);
    },
  }),
  Reverse: rule<{ dims: number | number[] }>({
    inputs: ["x"],
    infer: (inputs) => at(inputs, 0),
    lower(context, inputs, { dims }, outputs) {
      const x = at(inputs, 0);
      const axes = util.parseAxisParam(dims, [...x.shape]).map((axis) => x.order.indexOf(axis));
      const all = (value: number) => context.ints(axes.map(() => value));
      const steps = [all(-1), all(BEFORE_START), context.ints(axes), all(-1)];
      const name = context.emit("Slice", [context.place(x, x.order), ...steps]);
      return context.result(name, at(outputs, 0), x.order);
    },
  }),
};
