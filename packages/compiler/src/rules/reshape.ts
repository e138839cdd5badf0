import type { Order } from "../layout.js";
import { identity, isIdentity, permute, reshapeOrder, sameList } from "../layout.js";
import type { Lowering, Operand } from "./rule.js";

/** The operand under another logical shape; data moves only where its layout leaves no other way. */
export function reshape(context: Lowering, operand: Operand, shape: readonly number[]): Operand {
  if (sameList(operand.shape, shape)) return operand;
  if (operand.kind === "splat") return { ...operand, shape, order: identity(shape.length) };
  if (operand.kind === "spread") {
    const whole = context.place(operand, operand.order);
    return reshape(context, context.result(whole, operand, operand.order), shape);
  }
  const kept = reshapeOrder(operand.shape, operand.order, shape);
  if (operand.kind === "constant" && kept) return { ...operand, shape, order: kept };
  const source = context.place(operand, kept && operand.order);
  const order = kept ?? identity(shape.length);
  const name = context.emit("Reshape", [source, context.ints(permute(shape, order))]);
  return context.result(name, { type: operand.type, shape }, order);
}

/** The operand with its logical axes in another order: free, since layout travels with the value. */
export function transpose(operand: Operand, order: Order): Operand {
  const shape = permute(operand.shape, order);
  if (isIdentity(order)) return operand;
  if (operand.kind === "splat") return { ...operand, shape };
  const moved = operand.order.map((axis) => order.indexOf(axis));
  if (operand.kind !== "spread") return { ...operand, shape, order: moved };
  return { ...operand, shape, order: moved, source: transpose(operand.source, order) };
}
