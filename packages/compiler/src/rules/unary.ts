import { compute, elementwise, splat } from "./broadcast.js";
import { type Attributes, at, type Lowering, type Operand, type Rule, rule } from "./rule.js";

/** A kernel of one input whose output has the input's type and shape. */
export const mapRule = <A extends object>(
  formula: (context: Lowering, x: Operand, attributes: A) => Operand,
  input = "x",
): Rule =>
  rule<A>({
    inputs: [input],
    infer: (inputs) => at(inputs, 0),
    lower: (context, inputs, attributes) => formula(context, at(inputs, 0), attributes),
  });

const direct = (op: string, attributes?: Attributes): Rule =>
  mapRule((context, x) => elementwise(context, op, [x], x, attributes));

const toBool = (formula: (context: Lowering, x: Operand) => Operand): Rule =>
  rule({
    inputs: ["x"],
    infer: (inputs) => ({ type: "bool", shape: at(inputs, 0).shape }),
    lower: (context, inputs) => formula(context, at(inputs, 0)),
  });

/** log(1 + x) without the loss of digits near 0: there it is 2 atanh(x / (2 + x)). */
function log1p(context: Lowering, x: Operand): Operand {
  const near = compute(context, "Less", [compute(context, "Abs", [x]), 0.5], { type: "bool" });
  const ratio = compute(context, "Div", [x, compute(context, "Add", [x, 2])]);
  const small = compute(context, "Mul", [compute(context, "Atanh", [ratio]), 2]);
  const large = compute(context, "Log", [compute(context, "Add", [x, 1])]);
  return elementwise(context, "Where", [near, small, large], x);
}

/** exp(x) - 1 without the loss of digits near 0: tanh(x / 2) (exp(x) + 1). */
function expm1(context: Lowering, x: Operand): Operand {
  const half = compute(context, "Tanh", [compute(context, "Mul", [x, 0.5])]);
  const sum = compute(context, "Add", [compute(context, "Exp", [x]), 1]);
  return compute(context, "Mul", [half, sum]);
}

/** softplus(x) = max(x, 0) + log1p(exp(-|x|)), which keeps its digits at both ends. */
function softplus(context: Lowering, x: Operand): Operand {
  const decay = compute(context, "Exp", [compute(context, "Neg", [compute(context, "Abs", [x])])]);
  return compute(context, "Add", [compute(context, "Relu", [x]), log1p(context, decay)]);
}

/** 1 where x > 0, `alpha` where not. */
function step(context: Lowering, x: Operand, { alpha }: { alpha?: number }): Operand {
  const positive = compute(context, "Greater", [x, 0], { type: "bool" });
  const ends = [
    splat(1, { type: x.type, shape: [] }),
    splat(alpha ?? 0, { type: x.type, shape: [] }),
  ];
  return elementwise(context, "Where", [positive, ...ends], x);
}

const sameName = [
  ...[
    "Abs",
    "Acos",
    "Acosh",
    "Asin",
    "Asinh",
    "Atan",
    "Atanh",
    "Ceil",
    "Cos",
    "Cosh",
    "Erf",
    "Exp",
  ],
  ...["Floor", "Log", "Neg", "Reciprocal", "Round", "Sigmoid", "Sign", "Sin", "Sinh", "Sqrt"],
  ...["Tan", "Tanh"],
];

/** Functions of one number. */
export const unaryRules: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(sameName.map((name) => [name, direct(name)])),
  Expm1: mapRule(expm1),
  Identity: mapRule((_, x) => x),
  IsNan: toBool((context, x) => compute(context, "IsNaN", [x], { type: "bool" })),
  IsInf: toBool((context, x) => compute(context, "IsInf", [x], { type: "bool" })),
  IsFinite: toBool((context, x) =>
    compute(context, "Less", [compute(context, "Abs", [x]), Number.POSITIVE_INFINITY], {
      type: "bool",
    }),
  ),
  Log1p: mapRule(log1p),
  LogicalNot: toBool((context, x) => compute(context, "Not", [x])),
  OnesLike: mapRule((_, x) => splat(1, x)),
  Rsqrt: mapRule((context, x) => compute(context, "Reciprocal", [compute(context, "Sqrt", [x])])),
  Softplus: mapRule(softplus),
  Square: mapRule((context, x) => compute(context, "Mul", [x, x])),
  Step: mapRule(step),
  ZerosLike: mapRule((_, x) => splat(0, x)),
};
