import { scalarOf } from "../constants.js";
import { CompileError } from "../errors.js";
import type { Constant, Node, Value } from "../graph.js";
import type { Expression } from "./expression.js";

/** Nodes that compute sizes while the graph runs, from the shapes of its inputs. */
export type SizeNodes = {
  readonly nodes: readonly Node[];
  readonly constants: readonly Constant[];
  /** The name of a list of int64. */
  list(entries: readonly Expression[]): string;
  /** The name of a scalar float32: the size, or one over it. */
  float(entry: Expression, inverse: boolean): string;
  /** The name of start, start + step, ... of the given length. */
  range(
    type: "int32" | "float32",
    progression: { start: number; step: number },
    length: Expression,
  ): string;
};

type Source = { readonly input: string; readonly axis: number; readonly scale: number };

/** The one size that a dimension is a plain multiple of. */
function multipleOf(dim: Expression | undefined): { name: string; scale: number } | undefined {
  const [name, ...more] = dim?.names ?? [];
  if (dim === undefined || name === undefined || more.length > 0) return undefined;
  return dim.offset === 0 && dim.divisor === 1 ? { name, scale: dim.scale } : undefined;
}

/** Where each named size can be read off: an input's axis that has it, alone or times a number. */
export function sizeSources(
  inputs: readonly Value[],
  dims: ReadonlyMap<string, readonly (Expression | undefined)[]>,
): Map<string, Source> {
  const sources = new Map<string, Source>();
  for (const { name: input } of inputs) {
    for (const [axis, dim] of (dims.get(input) ?? []).entries()) {
      const size = multipleOf(dim);
      if (size === undefined) continue;
      const known = sources.get(size.name)?.scale ?? Number.POSITIVE_INFINITY;
      if (size.scale < known) sources.set(size.name, { input, axis, scale: size.scale });
    }
  }
  return sources;
}

export function createSizeNodes(sources: ReadonlyMap<string, Source>): SizeNodes {
  const nodes: Node[] = [];
  const constants: Constant[] = [];
  const made = new Map<string, string>();

  const emit = (op: string, inputs: string[], attributes: Node["attributes"] = {}): string => {
    const key = `${op} ${inputs.join()} ${JSON.stringify(attributes)}`;
    const name = made.get(key) ?? `size ${made.size}`;
    if (!made.has(key)) nodes.push({ op, domain: "", inputs, outputs: [name], attributes });
    made.set(key, name);
    return name;
  };
  const constant = (type: Constant["type"], shape: readonly number[], value: number): string => {
    const key = `${type} ${shape.length} ${value}`;
    const name = made.get(key) ?? `size ${made.size}`;
    if (!made.has(key)) constants.push({ name, type, shape, data: scalarOf(type, value) });
    made.set(key, name);
    return name;
  };
  const one = (value: number): string => constant("int64", [1], value);
  const named = (name: string): string => {
    const source = sources.get(name);
    if (source === undefined) {
      throw new CompileError(
        "graph-mismatch",
        `No input has the size "${name}" as an axis of its own, so the graph cannot find it out: name the sizes after axes of inputs.`,
        { details: { name } },
      );
    }
    const size = emit("Gather", [emit("Shape", [source.input]), one(source.axis)], { axis: 0 });
    return source.scale === 1 ? size : emit("Div", [size, one(source.scale)]);
  };
  /** A list of one int64. */
  const entry = ({ names, scale, offset, divisor }: Expression): string => {
    if (names.length === 0) return one(offset);
    const product = names.map(named).reduce((a, b) => emit("Mul", [a, b]));
    const scaled = scale === 1 ? product : emit("Mul", [product, one(scale)]);
    const sum = offset === 0 ? scaled : emit("Add", [scaled, one(offset)]);
    return divisor === 1 ? sum : emit("Div", [sum, one(divisor)]);
  };
  const scalar = (expression: Expression): string => emit("Squeeze", [entry(expression), one(0)]);
  return {
    nodes,
    constants,
    list: (entries) => {
      const parts = entries.map(entry);
      return parts.length === 1 ? (parts[0] as string) : emit("Concat", parts, { axis: 0 });
    },
    float(expression, inverse) {
      const size = emit("Cast", [scalar(expression)], { to: 1 });
      return inverse ? emit("Reciprocal", [size]) : size;
    },
    range(type, { start, step }, length) {
      const count = emit("Cast", [scalar(length)], { to: type === "float32" ? 1 : 6 });
      const [first, stride] = [constant(type, [], start), constant(type, [], step)];
      const limit = emit("Add", [emit("Mul", [count, stride]), first]);
      return emit("Range", [first, limit, stride]);
    },
  };
}
