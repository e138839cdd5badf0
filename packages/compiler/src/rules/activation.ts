import { onCpu } from "../graph.js";
import { broadcastShapes, compute, elementwise } from "./broadcast.js";
import { at, type Lowering, type Operand, type Rule, rule } from "./rule.js";
import { mapRule } from "./unary.js";

/** x held between two bounds; a bound at infinity is left out. */
function clip(context: Lowering, x: Operand, low: number, high: number): Operand {
  if (x.kind === "splat") return { ...x, value: Math.min(Math.max(x.value, low), high) };
  const bound = (value: number) => (Number.isFinite(value) ? context.scalar(value, x.type) : "");
  const bounds = [bound(low), bound(high)];
  if (bounds[1] === "") bounds.pop();
  const name = context.emit("Clip", [context.place(x, x.order), ...bounds]);
  return context.result(name, x, x.order);
}

/**
 * 1 where x > 0, else 0, in one threaded pass: a hard sigmoid with the steepest slope there is.
 * Where x is not negative, that is; it is the native form, since a reader would not expect it, and a GPU may
 * make anything of what overflows.
 */
function positive(context: Lowering, x: Operand): Operand {
  if (onCpu(context.target)) {
    return compute(context, "HardSigmoid", [x], {
      attributes: { alpha: { float: 2 ** 127 }, beta: { float: 0 } },
    });
  }
  const mask = compute(context, "Greater", [x, 0], { type: "bool" });
  return elementwise(context, "Cast", [mask], x, { to: 1 });
}

/** A kernel of two inputs whose output is like the first. */
const pairRule = (
  inputs: readonly [string, string],
  formula: (context: Lowering, a: Operand, b: Operand) => Operand,
): Rule =>
  rule({
    inputs,
    infer: (types) => ({
      type: at(types, 0).type,
      shape: broadcastShapes(at(types, 0).shape, at(types, 1).shape),
    }),
    lower: (context, operands) => formula(context, at(operands, 0), at(operands, 1)),
  });

/** dy where y > 0, dy (y + 1) where not: y is the output. */
function eluGrad(context: Lowering, dy: Operand, y: Operand): Operand {
  const slope = compute(context, "Add", [compute(context, "Min", [y, 0]), 1]);
  return compute(context, "Mul", [dy, slope]);
}

const relu6Grad = (context: Lowering, y: Operand, dy: Operand): Operand => {
  const inside = compute(context, "Mul", [compute(context, "Sub", [6, y]), y]);
  return compute(context, "Mul", [dy, positive(context, inside)]);
};

/** Activations and their gradients; ReluGrad and Relu6Grad are the project's own, see FUSED.md. */
export const activationRules: Readonly<Record<string, Rule>> = {
  ClipByValue: mapRule<{ clipValueMin: number; clipValueMax: number }>(
    (context, x, { clipValueMin, clipValueMax }) => clip(context, x, clipValueMin, clipValueMax),
  ),
  Elu: mapRule((context, x) => compute(context, "Elu", [x])),
  EluGrad: pairRule(["dy", "y"], eluGrad),
  LeakyRelu: mapRule<{ alpha: number }>((context, x, { alpha }) =>
    compute(context, "LeakyRelu", [x], { attributes: { alpha: { float: alpha } } }),
  ),
  Prelu: pairRule(["x", "alpha"], (context, x, alpha) => {
    const below = compute(context, "Mul", [compute(context, "Min", [x, 0]), alpha]);
    return compute(context, "Add", [compute(context, "Relu", [x]), below]);
  }),
  Relu: mapRule((context, x) => compute(context, "Relu", [x])),
  Relu6: mapRule((context, x) => clip(context, x, 0, 6)),
  Relu6Grad: pairRule(["y", "dy"], relu6Grad),
  ReluGrad: pairRule(["y", "dy"], (context, y, dy) =>
    compute(context, "Mul", [dy, positive(context, y)]),
  ),
  Selu: mapRule((context, x) => compute(context, "Selu", [x])),
};
