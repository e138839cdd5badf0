import { util } from "@tensorflow/tfjs-core";
import { identity, sizeOf } from "../layout.js";
import { onnxType } from "../onnx/types.js";
import { elementwise, expand, splat } from "./broadcast.js";
import { castTo } from "./cast.js";
import { reshape } from "./reshape.js";
import {
  at,
  type Lowering,
  type Operand,
  type Rule,
  rule,
  type TensorType,
  unsupported,
} from "./rule.js";

/** Up to so many segments a product with ones and zeros is faster than scattering. */
const FEW_SEGMENTS = 512;

/** One row of ones and zeros for each segment, times x. */
function sumByProduct(context: Lowering, x: Operand, ids: Operand, output: TensorType): Operand {
  const [segments = 0] = output.shape;
  const places = context.constant("int32", [segments, 1], Int32Array.from(identity(segments)));
  const row = context.place(reshape(context, ids, [1, ...ids.shape]));
  const hits = context.emit("Cast", [context.emit("Equal", [places, row])], {
    to: onnxType.float32,
  });
  return context.result(context.emit("Gemm", [hits, context.place(x)]), output);
}

/**
 * Rows of x added up by segment: x is [n, width], ids [n]. ONNX Runtime's ScatterND with a sum races
 * on equal indices when it runs on two threads; ScatterElements is exact and repeats to the bit.
 */
function segmentSum(context: Lowering, x: Operand, ids: Operand, segments: number): Operand {
  const [rows = 0, width = 1] = x.shape;
  const output: TensorType = { type: x.type, shape: [segments, width] };
  if (segments <= FEW_SEGMENTS && x.type === "float32" && ids.type === "int32")
    return sumByProduct(context, x, ids, output);
  const indices = expand(context, reshape(context, ids, [rows, 1]), [rows, width]);
  const name = context.emit(
    "ScatterElements",
    [context.place(splat(0, output)), context.place(indices), context.place(x)],
    { axis: 0, reduction: "add" },
  );
  return context.result(name, output);
}

type GatherAttributes = { axis: number; batchDims?: number };
const gatherAxis = (axis: number, x: { shape: readonly number[] }): number =>
  at(util.parseAxisParam(axis, [...x.shape]), 0);

/** What each row of indices, [..., depth], points at below the shared axes. */
function gatherNd(
  context: Lowering,
  x: Operand,
  indices: Operand,
  batchDims: number,
  output: TensorType,
): Operand {
  const places = context.place(castTo(context, indices, "int64"));
  const name = context.emit("GatherND", [context.place(x), places], { batch_dims: batchDims });
  return context.result(name, output);
}

/** Rows picked within each of the leading axes that x and the indices share. */
function gatherBatched(
  context: Lowering,
  x: Operand,
  indices: Operand,
  batchDims: number,
  output: TensorType,
): Operand {
  const deep = reshape(context, indices, [...indices.shape, 1]);
  return gatherNd(context, x, deep, batchDims, output);
}

/** Distances in memory between neighbours of the leading axes, in units of what lies below them. */
const strides = (shape: readonly number[]): number[] =>
  shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));

/** Multi-dimensional indices [n, depth] into the leading axes, as positions [n]. */
function flatIndices(context: Lowering, indices: Operand, leading: readonly number[]): Operand {
  const depth = leading.length;
  const rows = sizeOf(indices.shape) / depth;
  if (depth === 1) return reshape(context, indices, [rows]);
  const flat = reshape(context, indices, [rows, depth]);
  const factors = context.constant("int32", [depth], Int32Array.from(strides(leading)));
  const parts = context.emit("Mul", [context.place(flat), factors]);
  const sum = context.emit("ReduceSum", [parts, context.ints([1])], { keepdims: 0 });
  return context.result(sum, { type: "int32", shape: [rows] });
}

/** One where the index equals the place, in any type; an index out of range gives no one. */
function oneHot(
  context: Lowering,
  indices: Operand,
  ends: { on: number; off: number },
  output: TensorType,
): Operand {
  const depth = output.shape.at(-1) ?? 0;
  const places = context.constant("int32", [depth], Int32Array.from(identity(depth)));
  const column = context.place(reshape(context, indices, [...indices.shape, 1]));
  const hit = context.result(context.emit("Equal", [column, places]), {
    type: "bool",
    shape: output.shape,
  });
  if (ends.on === 1 && ends.off === 0) return castTo(context, hit, output.type);
  const scalar = (value: number) => splat(value, { type: output.type, shape: [] });
  return elementwise(context, "Where", [hit, scalar(ends.on), scalar(ends.off)], output);
}

/** Kernels that look things up by index, and their gradients. */
export const gatherRules: Readonly<Record<string, Rule>> = {
  GatherV2: rule<GatherAttributes>({
    inputs: ["x", "indices"],
    infer: (inputs, { axis, batchDims = 0 }) => {
      const [x, indices] = [at(inputs, 0), at(inputs, 1)];
      const place = gatherAxis(axis, x);
      const shape = [
        ...x.shape.slice(0, place),
        ...indices.shape.slice(batchDims),
        ...x.shape.slice(place + 1),
      ];
      return { type: x.type, shape };
    },
    lower(context, inputs, { axis, batchDims = 0 }, outputs) {
      const [x, indices, output] = [at(inputs, 0), at(inputs, 1), at(outputs, 0)];
      const place = gatherAxis(axis, x);
      if (batchDims === 0) {
        const name = context.emit("Gather", [context.place(x), context.place(indices)], {
          axis: place,
        });
        return context.result(name, output);
      }
      if (place !== batchDims)
        throw unsupported(
          "GatherV2",
          "batchDims",
          batchDims,
          `only batchDims equal to the axis (${place}), or 0`,
        );
      return gatherBatched(context, x, indices, batchDims, output);
    },
  }),
  GatherNd: rule({
    inputs: ["params", "indices"],
    infer: (inputs) => {
      const [x, indices] = [at(inputs, 0), at(inputs, 1)];
      return {
        type: x.type,
        shape: [...indices.shape.slice(0, -1), ...x.shape.slice(indices.shape.at(-1))],
      };
    },
    lower: (context, inputs, _, outputs) =>
      gatherNd(context, at(inputs, 0), at(inputs, 1), 0, at(outputs, 0)),
  }),
  ScatterNd: rule<{ shape: number[] }>({
    inputs: ["indices", "updates"],
    infer: (inputs, { shape }) => ({ type: at(inputs, 1).type, shape }),
    lower(context, inputs, { shape }) {
      const [indices, updates] = [at(inputs, 0), at(inputs, 1)];
      const leading = shape.slice(0, indices.shape.at(-1) ?? 1);
      const ids = flatIndices(context, indices, leading);
      const width = sizeOf(shape.slice(leading.length));
      const rows = reshape(context, updates, [...ids.shape, width]);
      return reshape(context, segmentSum(context, rows, ids, sizeOf(leading)), shape);
    },
  }),
  UnsortedSegmentSum: rule<{ numSegments: number }>({
    inputs: ["x", "segmentIds"],
    infer: (inputs, { numSegments }) => {
      const [x, ids] = [at(inputs, 0), at(inputs, 1)];
      return { type: x.type, shape: [numSegments, ...x.shape.slice(ids.shape.length)] };
    },
    lower(context, inputs, { numSegments }, outputs) {
      const [x, ids] = [at(inputs, 0), at(inputs, 1)];
      const count = sizeOf(ids.shape);
      const rows = reshape(context, x, [count, sizeOf(x.shape.slice(ids.shape.length))]);
      const sums = segmentSum(context, rows, reshape(context, ids, [count]), numSegments);
      return reshape(context, sums, at(outputs, 0).shape);
    },
  }),
  OneHot: rule<{ depth: number; onValue: number; offValue: number; dtype?: TensorType["type"] }>({
    inputs: ["indices"],
    infer: (inputs, { depth, dtype }) => ({
      type: dtype ?? "int32",
      shape: [...at(inputs, 0).shape, depth],
    }),
    lower: (context, inputs, { onValue, offValue }, outputs) =>
      oneHot(context, at(inputs, 0), { on: onValue, off: offValue }, at(outputs, 0)),
  }),
};
