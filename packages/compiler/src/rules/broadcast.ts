import { broadcast_util } from "@tensorflow/tfjs-core";
import { identity, type Order, permute, sameList, sizeOf } from "../layout.js";
import { reshape } from "./reshape.js";
import type { Attributes, Lowering, Operand, TensorType } from "./rule.js";

/** The shape that two shapes broadcast to; throws as tfjs does where they do not. */
export const broadcastShapes = (a: readonly number[], b: readonly number[]): number[] =>
  broadcast_util.assertAndGetBroadcastShape([...a], [...b]);

/** The layout that an elementwise result takes: that of its largest operand. */
export function leadingOrder(operands: readonly Operand[], rank: number): Order {
  let best: Operand | undefined;
  for (const operand of operands) {
    const fits = operand.kind !== "splat" && operand.shape.length === rank;
    if (fits && sizeOf(operand.shape) > (best ? sizeOf(best.shape) : -1)) best = operand;
  }
  return best?.order ?? identity(rank);
}

/** The operand's name, shaped to broadcast against values of the given rank and layout. */
export function placeForBroadcast(
  context: Lowering,
  operand: Operand,
  rank: number,
  order: Order,
): string {
  if (operand.kind === "splat") return context.scalar(operand.value, operand.type);
  const missing = rank - operand.shape.length;
  const natural = order.every((axis, index) => axis === index);
  if (operand.shape.length === 0 || natural) return context.place(operand);
  const full = [...Array.from({ length: missing }, () => 1), ...operand.shape];
  return context.place(reshape(context, operand, full), order);
}

/** Whether the operands alone, splats being scalars, broadcast to the output's shape. */
function reaches(operands: readonly Operand[], shape: readonly number[]): boolean {
  const shapes = operands.filter(({ kind }) => kind !== "splat").map((operand) => operand.shape);
  return sameList(shapes.reduce<readonly number[]>(broadcastShapes, []), shape);
}

/** One elementwise ONNX operator over operands that broadcast, in the layout of the largest. */
export function elementwise(
  context: Lowering,
  op: string,
  operands: readonly Operand[],
  output: TensorType,
  attributes?: Attributes,
): Operand {
  const rank = output.shape.length;
  const order = leadingOrder(operands, rank);
  const names = operands.map((operand) => placeForBroadcast(context, operand, rank, order));
  const name = context.emit(op, names, attributes);
  if (reaches(operands, output.shape)) return context.result(name, output, order);
  const full = context.emit("Expand", [name, context.ints(permute(output.shape, order))]);
  return context.result(full, output, order);
}

/** A value that fills a tensor, kept as one number. */
export const splat = (value: number, { type, shape }: TensorType): Operand => ({
  kind: "splat",
  value,
  type,
  shape,
  order: identity(shape.length),
});

/** The operand broadcast to a shape that it need not fill yet. */
export function expand(context: Lowering, operand: Operand, shape: readonly number[]): Operand {
  if (sameList(operand.shape, shape)) return operand;
  if (operand.kind === "splat") return splat(operand.value, { type: operand.type, shape });
  const order = leadingOrder([operand], shape.length);
  const source = placeForBroadcast(context, operand, shape.length, order);
  const name = context.emit("Expand", [source, context.ints(permute(shape, order))]);
  return context.result(name, { type: operand.type, shape }, order);
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
