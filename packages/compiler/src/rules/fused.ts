import { identity } from "../layout.js";
import { compute } from "./broadcast.js";
import { reduce } from "./reduce.js";
import { reshape } from "./reshape.js";
import { at, type Lowering, type Operand, type Rule, rule } from "./rule.js";
import { mapRule } from "./unary.js";

/** Phi(x), the normal distribution's integral. */
function normalIntegral(context: Lowering, x: Operand): Operand {
  const error = compute(context, "Erf", [compute(context, "Mul", [x, Math.SQRT1_2])]);
  return compute(context, "Mul", [compute(context, "Add", [error, 1]), 0.5]);
}

function gelu(context: Lowering, x: Operand): Operand {
  if (context.target !== "portable") return compute(context, "Gelu", [x]);
  return compute(context, "Mul", [x, normalIntegral(context, x)]);
}

/** dy (Phi(x) + x phi(x)). */
function geluGrad(context: Lowering, x: Operand, dy: Operand): Operand {
  const exponent = compute(context, "Mul", [compute(context, "Mul", [x, x]), -0.5]);
  const scaled = compute(context, "Mul", [x, 1 / Math.sqrt(2 * Math.PI)]);
  const density = compute(context, "Mul", [scaled, compute(context, "Exp", [exponent])]);
  const slope = compute(context, "Add", [normalIntegral(context, x), density]);
  return compute(context, "Mul", [dy, slope]);
}

type Terms = { x: Operand; dy: Operand; scale: Operand; mean: Operand; rstd: Operand };

/** The gradient of layer norm over the last axis: see FUSED.md for the formula's batch-norm twin. */
function layerNormGrad(context: Lowering, { x, dy, scale, mean, rstd }: Terms): Operand[] {
  const last = [x.shape.length - 1];
  const leading = identity(x.shape.length - 1);
  const normal = compute(context, "Mul", [compute(context, "Sub", [x, mean]), rstd]);
  const slope = compute(context, "Mul", [dy, scale]);
  const tilt = reduce(context, "ReduceMean", compute(context, "Mul", [slope, normal]), last, true);
  const level = reduce(context, "ReduceMean", slope, last, true);
  const flat = compute(context, "Sub", [
    compute(context, "Sub", [slope, level]),
    compute(context, "Mul", [normal, tilt]),
  ]);
  const sums = [compute(context, "Mul", [dy, normal]), dy].map((term) =>
    reshape(context, reduce(context, "ReduceSum", term, leading, false), scale.shape),
  );
  return [compute(context, "Mul", [rstd, flat]), ...sums];
}

/** The project's own kernels, stated in FUSED.md; those of batch norm are in norm.ts. */
export const fusedRules: Readonly<Record<string, Rule>> = {
  Gelu: mapRule(gelu),
  GeluGrad: rule({
    inputs: ["x", "dy"],
    infer: (inputs) => at(inputs, 0),
    lower: (context, inputs) => geluGrad(context, at(inputs, 0), at(inputs, 1)),
  }),
  LayerNorm: rule<{ epsilon: number }>({
    inputs: ["x", "scale", "offset"],
    infer: (inputs) => {
      const x = at(inputs, 0);
      const statistic = { type: x.type, shape: [...x.shape.slice(0, -1), 1] };
      return [x, statistic, statistic];
    },
    lower: (context, inputs, { epsilon }, outputs) => {
      const names = [0, 1, 2].map((index) => context.place(at(inputs, index)));
      const attributes = { axis: -1, epsilon: { float: epsilon } };
      return context
        .emitMany("LayerNormalization", names, 3, attributes)
        .map((name, index) => context.result(name, at(outputs, index)));
    },
  }),
  LayerNormGrad: rule({
    inputs: ["x", "dy", "scale", "mean", "rstd"],
    infer: (inputs) => [at(inputs, 0), at(inputs, 2), at(inputs, 2)],
    lower: (context, inputs) =>
      layerNormGrad(context, {
        x: at(inputs, 0),
        dy: at(inputs, 1),
        scale: at(inputs, 2),
        mean: at(inputs, 3),
        rstd: at(inputs, 4),
      }),
  }),
};
