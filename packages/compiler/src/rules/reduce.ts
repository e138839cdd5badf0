import { util } from "@tensorflow/tfjs-core";
import { identity, type Order } from "../layout.js";
import { castTo } from "./cast.js";
import {
  type Attributes,
  at,
  type Lowering,
  type Operand,
  type Rule,
  rule,
  type TensorType,
} from "./rule.js";

type ReduceAttributes = {
  axis?: number | number[];
  reductionIndices?: number | number[];
  keepDims?: boolean;
};

const axesOf = (
  { axis, reductionIndices }: ReduceAttributes,
  shape: readonly number[],
): number[] => {
  const wanted = axis ?? reductionIndices ?? [...identity(shape.length)];
  return util.parseAxisParam(wanted, [...shape]);
};

const reducedShape = (
  shape: readonly number[],
  axes: readonly number[],
  keepDims: boolean,
): number[] =>
  keepDims
    ? shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
    : shape.filter((_, axis) => !axes.includes(axis));

/** The order of what remains when axes go: the rest keep their places. */
function remainingOrder(order: Order, axes: readonly number[], keepDims: boolean): Order {
  if (keepDims) return order;
  const left = order.filter((axis) => !axes.includes(axis));
  const sorted = [...left].sort((a, b) => a - b);
  return left.map((axis) => sorted.indexOf(axis));
}

/** From opset 18 on every reduction takes its axes as an input; before, only ReduceSum does. */
function reduceNode(
  context: Lowering,
  op: string,
  name: string,
  axes: readonly number[],
  keepdims: number,
): string {
  const input = context.target !== "portable" || op === "ReduceSum";
  const attributes: Attributes = input ? { keepdims } : { axes, keepdims };
  return context.emit(op, input ? [name, context.ints(axes)] : [name], attributes);
}

/** One ONNX reduction over logical axes, in the operand's own layout. */
export function reduce(
  context: Lowering,
  op: string,
  x: Operand,
  axes: readonly number[],
  keepDims: boolean,
): Operand {
  const shape = reducedShape(x.shape, axes, keepDims);
  if (axes.length === 0) return x;
  const physical = axes.map((axis) => x.order.indexOf(axis)).sort((a, b) => a - b);
  const name = reduceNode(context, op, context.place(x, x.order), physical, keepDims ? 1 : 0);
  return context.result(name, { type: x.type, shape }, remainingOrder(x.order, axes, keepDims));
}

/** `through` is the type in which the reduction runs, `type` the type of its result. */
const reduceRule = (
  op: string,
  types: { through?: TensorType["type"]; type?: TensorType["type"] } = {},
): Rule =>
  rule<ReduceAttributes>({
    inputs: ["x"],
    infer: (inputs, attributes) => {
      const x = at(inputs, 0);
      const axes = axesOf(attributes, x.shape);
      return {
        type: types.type ?? x.type,
        shape: reducedShape(x.shape, axes, attributes.keepDims ?? false),
      };
    },
    lower: (context, inputs, attributes, outputs) => {
      const x = at(inputs, 0);
      const operand = castTo(context, x, types.through ?? x.type);
      const axes = axesOf(attributes, x.shape);
      return castTo(
        context,
        reduce(context, op, operand, axes, attributes.keepDims ?? false),
        at(outputs, 0).type,
      );
    },
  });

const argRule = (op: string): Rule =>
  rule<{ axis: number }>({
    inputs: ["x"],
    infer: (inputs, { axis }) => {
      const { shape } = at(inputs, 0);
      return { type: "int32", shape: reducedShape(shape, axesOf({ axis }, shape), false) };
    },
    lower: (context, inputs, { axis }, outputs) => {
      const x = at(inputs, 0);
      const axes = axesOf({ axis }, x.shape);
      const found = context.emit(op, [context.place(x, x.order)], {
        axis: x.order.indexOf(at(axes, 0)),
        keepdims: 0,
      });
      const { shape } = at(outputs, 0);
      const order = remainingOrder(x.order, axes, false);
      return castTo(context, context.result(found, { type: "int64", shape }, order), "int32");
    },
  });

/** Softmax and its like run over one axis, wherever that lies. */
const alongRule = (
  op: string,
  input: string,
  axisOf: (attributes: { dim?: number; axis?: number }) => number,
): Rule =>
  rule<{ dim?: number; axis?: number }>({
    inputs: [input],
    infer: (inputs) => at(inputs, 0),
    lower: (context, inputs, attributes) => {
      const x = at(inputs, 0);
      const [axis] = util.parseAxisParam(axisOf(attributes), [...x.shape]);
      const name = context.emit(op, [context.place(x, x.order)], {
        axis: x.order.indexOf(axis ?? 0),
      });
      return context.result(name, x, x.order);
    },
  });

/** Kernels that run over axes. */
export const reduceRules: Readonly<Record<string, Rule>> = {
  Sum: reduceRule("ReduceSum"),
  Mean: reduceRule("ReduceMean", { through: "float32", type: "float32" }),
  Max: reduceRule("ReduceMax"),
  Min: reduceRule("ReduceMin"),
  Prod: reduceRule("ReduceProd"),
  All: reduceRule("ReduceMin", { through: "int32", type: "bool" }),
  Any: reduceRule("ReduceMax", { through: "int32", type: "bool" }),
  ArgMax: argRule("ArgMax"),
  ArgMin: argRule("ArgMin"),
  Softmax: alongRule("Softmax", "logits", ({ dim }) => dim ?? -1),
  LogSoftmax: alongRule("LogSoftmax", "logits", ({ axis }) => axis ?? -1),
};
