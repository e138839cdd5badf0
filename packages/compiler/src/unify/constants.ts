import type { Constant, Node } from "../graph.js";
import { sameList } from "../layout.js";
import { type Expression, evaluate, fit, literal, type Sizes } from "./expression.js";
import type { SizeNodes } from "./size-nodes.js";

/** A constant as it is at each trace, and the sizes of each. */
export type Variants = {
  readonly constants: readonly Constant[];
  readonly sizes: readonly Sizes[];
};

const equal = (a: Constant, b: Constant): boolean => {
  if (a.type !== b.type || !sameList(a.shape, b.shape)) return false;
  if (a.data === b.data) return true;
  const other = b.data;
  return a.data.every((value: number | bigint, index: number) => Object.is(value, other[index]));
};

export const equalConstants = ([first, ...others]: readonly Constant[]): boolean =>
  first !== undefined && others.every((other) => equal(first, other));

/** Which entry of a reshape's target may be left to ONNX Runtime: one that no expression gives, or the last. */
function inferredEntry(node: Node, entries: readonly (Expression | undefined)[]): number {
  if (node.op !== "Reshape") return -1;
  const unknown = entries.indexOf(undefined);
  return unknown >= 0 ? unknown : entries.findLastIndex((entry) => entry?.names.length);
}

/** A list of sizes that differs: -1 where a reshape can work one entry out, the rest by expression. */
function variableList({ constants, sizes }: Variants, node: Node): Expression[] | undefined {
  const [first] = constants;
  const lists = constants.every(
    ({ type, shape }) => type === "int64" && shape.length === 1 && shape[0] === first?.shape[0],
  );
  if (!lists || first === undefined) return undefined;
  const entries = Array.from<unknown, Expression | undefined>(first.data, (_, index) =>
    fit(
      constants.map(({ data }) => Number(data[index])),
      sizes,
    ),
  );
  const inferred = entries.some((entry) => entry?.offset === -1 && entry.names.length === 0);
  const free = inferred ? -1 : inferredEntry(node, entries);
  const known = entries.flatMap((entry, index) => (index === free ? [literal(-1)] : (entry ?? [])));
  return known.length === entries.length ? known : undefined;
}

/** A number that follows a size, such as one over the number of samples. */
function variableFloat({ constants, sizes }: Variants, nodes: SizeNodes): string | undefined {
  if (constants.some(({ type, shape }) => type !== "float32" || shape.length > 0)) return undefined;
  const values = constants.map(({ data }) => Number(data[0]));
  for (const inverse of [false, true]) {
    const of = (value: number) => (inverse ? 1 / value : value);
    const entry = fit(
      values.map((value) => Math.round(of(value))),
      sizes,
    );
    const exact = sizes.every(
      (size, index) => entry && Math.fround(of(evaluate(entry, size))) === values[index],
    );
    if (entry && exact) return nodes.float(entry, inverse);
  }
  return undefined;
}

type Progression = { type: "int32" | "float32"; start: number; step: number };

function progression({ data, type, shape }: Constant): Progression | undefined {
  const numbers = type === "int32" || type === "float32";
  if (!numbers || shape.length !== 1 || data.length < 2) return undefined;
  const [start, step] = [Number(data[0]), Number(data[1]) - Number(data[0])];
  const regular = data.every(
    (value: number | bigint, index: number) => Number(value) === start + index * step,
  );
  return regular ? { type, start, step } : undefined;
}

/** 0, 1, 2, ... up to a size, as positions are. */
function variableRange({ constants, sizes }: Variants, nodes: SizeNodes): string | undefined {
  const [first, ...others] = constants.map(progression);
  const alike = others.every((one) => one?.start === first?.start && one?.step === first?.step);
  const length = fit(
    constants.map(({ data }) => data.length),
    sizes,
  );
  return first && alike && length ? nodes.range(first.type, first, length) : undefined;
}

/** The name of a value that is each constant at its own sizes; undefined where none is found. */
export function variableConstant(
  variants: Variants,
  node: Node,
  nodes: SizeNodes,
): string | undefined {
  const list = variableList(variants, node);
  if (list !== undefined) return nodes.list(list);
  return variableFloat(variants, nodes) ?? variableRange(variants, nodes);
}
