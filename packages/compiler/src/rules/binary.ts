import { sameList } from "../layout.js";
import { broadcastShapes, compute, elementwise, splat } from "./broadcast.js";
import { castTo } from "./cast.js";
import { at, type Lowering, type Operand, type Rule, rule, type TensorType } from "./rule.js";

type Formula = (context: Lowering, a: Operand, b: Operand, output: TensorType) => Operand;

const binaryRule = (lower: Formula, type?: TensorType["type"]): Rule =>
  rule({
    inputs: ["a", "b"],
    infer: (inputs) => {
      const [a, b] = [at(inputs, 0), at(inputs, 1)];
      return { type: type ?? a.type, shape: broadcastShapes(a.shape, b.shape) };
    },
    lower: (context, inputs, _, outputs) =>
      lower(context, at(inputs, 0), at(inputs, 1), at(outputs, 0)),
  });

const direct = (op: string, type?: TensorType["type"]): Rule =>
  binaryRule((context, a, b, output) => elementwise(context, op, [a, b], output), type);

type Arithmetic = {
  op: string;
  /** The value that changes nothing: on the right, and on the left too where the operation commutes. */
  neutral: number;
  commutes: boolean;
};

/** Arithmetic that sees through constants: gradients are full of "+ 0" and "* 1". */
const arithmetic = ({ op, neutral, commutes }: Arithmetic): Rule =>
  binaryRule((context, a, b, output) => {
    const neutralIs = (x: Operand) => x.kind === "splat" && x.value === neutral;
    if (neutralIs(b) && sameList(a.shape, output.shape)) return a;
    if (commutes && neutralIs(a) && sameList(b.shape, output.shape)) return b;
    return elementwise(context, op, [a, b], output);
  });

/** The quotient rounded down: ONNX's integer division rounds towards zero. */
function floorDiv(context: Lowering, a: Operand, b: Operand): Operand {
  const quotient = compute(context, "Div", [a, b]);
  if (a.type !== "int32") return compute(context, "Floor", [quotient]);
  const rest = compute(context, "Sub", [a, compute(context, "Mul", [quotient, b])]);
  const inexact = compute(context, "Not", [compute(context, "Equal", [rest, 0], { type: "bool" })]);
  const negative = (x: Operand) => compute(context, "Less", [x, 0], { type: "bool" });
  const apart = compute(context, "Xor", [negative(rest), negative(b)]);
  const down = castTo(context, compute(context, "And", [inexact, apart]), "int32");
  return compute(context, "Sub", [quotient, down]);
}

/** The remainder with the divisor's sign. */
function mod(context: Lowering, a: Operand, b: Operand, output: TensorType): Operand {
  if (a.type === "int32") return elementwise(context, "Mod", [a, b], output);
  return compute(context, "Sub", [a, compute(context, "Mul", [b, floorDiv(context, a, b)])]);
}

const comparisons = {
  Equal: "Equal",
  Greater: "Greater",
  GreaterEqual: "GreaterOrEqual",
  Less: "Less",
  LessEqual: "LessOrEqual",
  LogicalAnd: "And",
  LogicalOr: "Or",
  LogicalXor: "Xor",
};

/** Angle of (x, y) from atan's quadrant: atan2(a, b) where a is y and b is x. */
function atan2(context: Lowering, y: Operand, x: Operand, output: TensorType): Operand {
  const base = compute(context, "Atan", [compute(context, "Div", [y, x])]);
  const less = (v: Operand) => compute(context, "Less", [v, 0], { type: "bool" });
  const float = { type: "float32" as const };
  const turn = compute(
    context,
    "Where",
    [less(y), splat(-Math.PI, { ...float, shape: [] }), splat(Math.PI, { ...float, shape: [] })],
    float,
  );
  const shift = compute(
    context,
    "Where",
    [less(x), turn, splat(0, { ...float, shape: [] })],
    float,
  );
  const origin = compute(context, "And", [
    compute(context, "Equal", [x, 0], { type: "bool" }),
    compute(context, "Equal", [y, 0], { type: "bool" }),
  ]);
  const angle = compute(context, "Add", [base, shift]);
  return elementwise(context, "Where", [origin, splat(0, { ...float, shape: [] }), angle], output);
}

/** Functions of two numbers, broadcast, and of a list of them. */
export const binaryRules: Readonly<Record<string, Rule>> = {
  Add: arithmetic({ op: "Add", neutral: 0, commutes: true }),
  Sub: arithmetic({ op: "Sub", neutral: 0, commutes: false }),
  Multiply: arithmetic({ op: "Mul", neutral: 1, commutes: true }),
  RealDiv: arithmetic({ op: "Div", neutral: 1, commutes: false }),
  Maximum: direct("Max"),
  Minimum: direct("Min"),
  Pow: direct("Pow"),
  Atan2: binaryRule(atan2),
  FloorDiv: binaryRule(floorDiv),
  Mod: binaryRule(mod),
  SquaredDifference: binaryRule((context, a, b) => {
    const difference = compute(context, "Sub", [a, b]);
    return compute(context, "Mul", [difference, difference]);
  }),
  ...Object.fromEntries(
    Object.entries(comparisons).map(([kernel, op]) => [kernel, direct(op, "bool")]),
  ),
  NotEqual: binaryRule(
    (context, a, b) =>
      compute(context, "Not", [compute(context, "Equal", [a, b], { type: "bool" })]),
    "bool",
  ),
  AddN: rule({
    inputs: "list",
    infer: (inputs) => at(inputs, 0),
    lower: (context, inputs) =>
      inputs
        .map((_, index) => at(inputs, index))
        .reduce((sum, x) => compute(context, "Add", [sum, x])),
  }),
  Select: rule({
    inputs: ["condition", "t", "e"],
    infer: (inputs) => ({
      type: at(inputs, 1).type,
      shape: [0, 1, 2].map((index) => at(inputs, index).shape).reduce(broadcastShapes),
    }),
    lower: (context, inputs, _, outputs) =>
      elementwise(context, "Where", [at(inputs, 0), at(inputs, 1), at(inputs, 2)], at(outputs, 0)),
  }),
};
