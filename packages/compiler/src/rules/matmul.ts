import { onCpu } from "../graph.js";
import { identity, type Order } from "../layout.js";
import { broadcastShapes } from "./broadcast.js";
import { at, type Lowering, type Operand, type Rule, rule, type TensorType } from "./rule.js";

type Side = { name: string; transposed: boolean };

const swapped = (rank: number): Order => {
  const order = [...identity(rank)];
  return [...order.slice(0, -2), rank - 1, rank - 2];
};

/** A side of the product as it lies: what is stored transposed is read transposed. */
function side(context: Lowering, x: Operand, transposed: boolean): Side {
  const other = swapped(x.shape.length);
  const stored =
    x.kind !== "splat" &&
    x.kind !== "spread" &&
    other.every((axis, index) => axis === x.order[index]);
  return stored
    ? { name: context.place(x, other), transposed: !transposed }
    : { name: context.place(x), transposed };
}

/** MatMul reads both sides as they are; a transposed side needs ONNX Runtime's own operator, or moving. */
function batched(
  context: Lowering,
  a: Operand,
  b: Operand,
  flags: { a: boolean; b: boolean },
): string {
  const [left, right] = [side(context, a, flags.a), side(context, b, flags.b)];
  if (!left.transposed && !right.transposed) return context.emit("MatMul", [left.name, right.name]);
  if (onCpu(context.target) && a.type === "float32") {
    const attributes = { transA: Number(left.transposed), transB: Number(right.transposed) };
    return context.emit("FusedMatMul", [left.name, right.name], attributes, "com.microsoft");
  }
  const straight = ({ name, transposed }: Side, x: Operand) =>
    transposed ? context.emit("Transpose", [name], { perm: swapped(x.shape.length) }) : name;
  return context.emit("MatMul", [straight(left, a), straight(right, b)]);
}

/** A matrix product over the last two axes, leading axes broadcast. */
function matmul(
  context: Lowering,
  a: Operand,
  b: Operand,
  flags: { a: boolean; b: boolean },
  output: TensorType,
): Operand {
  const flat = a.shape.length === 2 && b.shape.length === 2 && a.type === "float32";
  if (!flat) return context.result(batched(context, a, b, flags), output);
  const [left, right] = [side(context, a, flags.a), side(context, b, flags.b)];
  const attributes = { transA: Number(left.transposed), transB: Number(right.transposed) };
  return context.result(context.emit("Gemm", [left.name, right.name], attributes), output);
}

/** Matrix products. */
export const matmulRules: Readonly<Record<string, Rule>> = {
  BatchMatMul: rule<{ transposeA: boolean; transposeB: boolean }>({
    inputs: ["a", "b"],
    infer: (inputs, { transposeA, transposeB }) => {
      const [a, b] = [at(inputs, 0), at(inputs, 1)];
      const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
      const rows = a.shape.at(transposeA ? -1 : -2) as number;
      const columns = b.shape.at(transposeB ? -2 : -1) as number;
      return { type: a.type, shape: [...batch, rows, columns] };
    },
    lower: (context, inputs, { transposeA, transposeB }, outputs) =>
      matmul(
        context,
        at(inputs, 0),
        at(inputs, 1),
        { a: transposeA, b: transposeB },
        at(outputs, 0),
      ),
  }),
  Einsum: rule<{ equation: string }>({
    inputs: "list",
    infer: (inputs, { equation }) => {
      const [terms = "", result = ""] = equation.replace(/\s/g, "").split("->");
      const sizes = new Map<string, number>();
      terms.split(",").forEach((term, index) => {
        [...term].forEach((letter, axis) => {
          sizes.set(letter, at(inputs, index).shape[axis] as number);
        });
      });
      return {
        type: at(inputs, 0).type,
        shape: [...result].map((letter) => sizes.get(letter) as number),
      };
    },
    lower: (context, inputs, { equation }, outputs) =>
      context.result(
        context.emit(
          "Einsum",
          inputs.map((_, index) => context.place(at(inputs, index))),
          { equation },
        ),
        at(outputs, 0),
      ),
  }),
};
