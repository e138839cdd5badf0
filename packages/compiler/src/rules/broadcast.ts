import { broadcast_util } from "@tensorflow/tfjs-core";
import { identity, type Order, sameList, sizeOf } from "../layout.js";
import { reshape } from "./reshape.js";
import type { Attributes, Lowering, Operand, TensorType } from "./rule.js";

/** The shape that two shapes broadcast to; throws as tfjs does where they do not. */
export const broadcastShapes = (a: readonly number[], b: readonly number[]): number[] =>
  broadcast_util.assertAndGetBroadcastShape([...a], [...b]);

/** The layout that an elementwise result takes: that of its largest operand. */
export function leadingOrder(operands: readonly Operand[], rank: number): Order {
  let best: Operand | undefined;
  for (const operand of operands) {
    const whole = operand.kind === "node" || operand.kind === "constant";
    const fits = whole && operand.shape.length === rank;
    if (fits && sizeOf(operand.shape) > (best ? sizeOf(best.shape) : -1)) best = operand;
  }
  return best?.order ?? identity(rank);
}

/** The operand's name, shaped to broadcast against values of the given rank and layout. */
function placeForBroadcast(
  context: Lowering,
  operand: Operand,
  rank: number,
  order: Order,
): string {
  if (operand.kind === "splat") return context.scalar(operand.value, operand.type);
  if (operand.kind === "spread") return placeForBroadcast(context, operand.source, rank, order);
  const missing = rank - operand.shape.length;
  const natural = order.every((axis, index) => axis === index);
  if (operand.shape.length === 0 || natural) return context.place(operand);
  const full = [...Array.from({ length: missing }, () => 1), ...operand.shape];
  return context.place(reshape(context, operand, full), order);
}

/** The shape under which an operand enters an elementwise operator: repetitions enter once. */
const enteringShape = (operand: Operand): readonly number[] => {
  if (operand.kind === "splat") return [];
  return operand.kind === "spread" ? operand.source.shape : operand.shape;
};

/** Arithmetic on values that are known and the same everywhere. */
const folds: Readonly<Record<string, (...values: number[]) => number>> = {
  Abs: Math.abs,
  Add: (a = 0, b = 0) => a + b,
  Div: (a = 0, b = 0) => a / b,
  Exp: Math.exp,
  Log: Math.log,
  Max: Math.max,
  Min: Math.min,
  Mul: (a = 0, b = 0) => a * b,
  Neg: (a = 0) => -a,
  Reciprocal: (a = 0) => 1 / a,
  Sqrt: Math.sqrt,
  Sub: (a = 0, b = 0) => a - b,
};

function folded(op: string, operands: readonly Operand[], output: TensorType): Operand | undefined {
  const fold = output.type === "float32" ? folds[op] : undefined;
  const values = operands.flatMap((operand) => (operand.kind === "splat" ? [operand.value] : []));
  if (fold === undefined || values.length !== operands.length) return undefined;
  return splat(Math.fround(fold(...values)), output);
}

/**
 * One elementwise ONNX operator over operands that broadcast, in the layout of the largest. Where all
 * operands repeat something smaller, so does the result.
 */
export function elementwise(
  context: Lowering,
  op: string,
  operands: readonly Operand[],
  output: TensorType,
  attributes?: Attributes,
): Operand {
  const known = folded(op, operands, output);
  if (known !== undefined) return known;
  const rank = output.shape.length;
  const order = leadingOrder(operands, rank);
  const names = operands.map((operand) => placeForBroadcast(context, operand, rank, order));
  const name = context.emit(op, names, attributes);
  const shape = operands.map(enteringShape).reduce(broadcastShapes, []);
  const small = context.result(name, { type: output.type, shape }, order.slice(0, shape.length));
  return expand(context, small, output.shape);
}

/** A value that fills a tensor, kept as one number. */
export const splat = (value: number, { type, shape }: TensorType): Operand => ({
  kind: "splat",
  value,
  type,
  shape,
  order: identity(shape.length),
});

/** The operand broadcast to a shape; nothing is copied until somebody needs it laid out. */
export function expand(context: Lowering, operand: Operand, shape: readonly number[]): Operand {
  if (sameList(operand.shape, shape)) return operand;
  const { type } = operand;
  if (operand.kind === "splat") return splat(operand.value, { type, shape });
  const ones = Array.from({ length: shape.length - operand.shape.length }, () => 1);
  const small = operand.kind === "spread" ? operand.source : operand;
  const source = reshape(context, small, [...ones, ...small.shape]);
  return { kind: "spread", source, type, shape, order: source.order };
}

/**
 * As `elementwise`, with the output's shape worked out; a number stands for a constant of the type of
 * the first operand that is none. Composed rules are written with it.
 */
export function compute(
  context: Lowering,
  op: string,
  terms: readonly (Operand | number)[],
  options: { type?: Operand["type"]; attributes?: Attributes } = {},
): Operand {
  const first = terms.find((term) => typeof term !== "number");
  const own = first?.type ?? "float32";
  const operands = terms.map((term) =>
    typeof term === "number" ? splat(term, { type: own, shape: [] }) : term,
  );
  const shape = operands.map((operand) => operand.shape).reduce(broadcastShapes, []);
  return elementwise(
    context,
    op,
    operands,
    { type: options.type ?? own, shape },
    options.attributes,
  );
}
