import type { ElementType } from "../graph.js";
import { onnxType } from "../onnx/types.js";
import { at, type Lowering, type Operand, type Rule, rule } from "./rule.js";

/** As tfjs casts: towards zero to int32, "is not zero" to bool. */
function castNumber(value: number, type: ElementType): number {
  if (type === "bool") return value === 0 ? 0 : 1;
  return type === "float32" ? Math.fround(value) : Math.trunc(value);
}

/** The operand in another type; nothing happens where it has that type. */
export function castTo(context: Lowering, operand: Operand, type: ElementType): Operand {
  if (operand.type === type) return operand;
  if (operand.kind === "splat") return { ...operand, type, value: castNumber(operand.value, type) };
  if (operand.kind === "spread") {
    return { ...operand, type, source: castTo(context, operand.source, type) };
  }
  const name = context.place(operand, operand.order);
  const cast = context.emit("Cast", [name], { to: onnxType[type] });
  return context.result(cast, { type, shape: operand.shape }, operand.order);
}

/** Change of type. */
export const castRules: Readonly<Record<string, Rule>> = {
  Cast: rule<{ dtype: ElementType }>({
    inputs: ["x"],
    infer: ([x], { dtype }) => ({ type: dtype, shape: x?.shape ?? [] }),
    lower: (context, inputs, { dtype }) => castTo(context, at(inputs, 0), dtype),
  }),
};
