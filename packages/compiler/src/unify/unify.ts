import { CompileError } from "../errors.js";
import type { Constant, Dim, Graph, Node, Value, ValueType } from "../graph.js";
import { equalConstants, variableConstant } from "./constants.js";
import { type Expression, fit, type Sizes, toDim } from "./expression.js";
import { createSizeNodes, type SizeNodes, sizeSources } from "./size-nodes.js";

const mismatch = (what: string, a: unknown, b: unknown): CompileError =>
  new CompileError(
    "graph-mismatch",
    `The traces differ in ${what}: ${JSON.stringify(a)} and ${JSON.stringify(b)}. A program with named sizes must do the same at every size: ` +
      "take out what branches on a size, and trace at sizes that no other axis of the program has.",
    { details: { a, b } },
  );

/** One trace among several: its graph, its sizes, and its names by those of the first. */
type Side = {
  readonly graph: Graph;
  readonly constants: ReadonlyMap<string, Constant>;
  readonly names: Map<string, string>;
};

type Walk = {
  readonly sides: readonly Side[];
  readonly sizes: readonly Sizes[];
  readonly sizeNodes: SizeNodes;
};

/** The same thing of every side; throws at the first that is not like the first side's. */
function together<T>(
  sides: readonly Side[],
  what: string,
  of: (side: Side) => T,
  key: (one: T) => unknown,
): T[] {
  const all = sides.map(of);
  const [first] = all;
  const text = JSON.stringify(key(first as T));
  const other = all.find((one) => JSON.stringify(key(one)) !== text);
  if (other !== undefined) throw mismatch(what, key(first as T), key(other));
  return all;
}

const dimsOf = (
  values: readonly ValueType[],
  sizes: readonly Sizes[],
): (Expression | undefined)[] =>
  (values[0]?.shape ?? []).map((_, axis) =>
    fit(
      values.map(({ shape }) => Number(shape[axis])),
      sizes,
    ),
  );

const kindOf = ({ name, type, shape }: Value) => ({ name, type, rank: shape.length });

/** Inputs or outputs of all sides as one list; a size without an expression gets a name of its own. */
function unifyValues(
  sides: readonly Side[],
  sizes: readonly Sizes[],
  of: (graph: Graph) => readonly Value[],
) {
  together(
    sides,
    "inputs or outputs",
    ({ graph }) => of(graph),
    (values) => values.map(kindOf),
  );
  return of((sides[0] as Side).graph).map((value, index) => {
    const dims = dimsOf(
      sides.map(({ graph }) => of(graph)[index] as Value),
      sizes,
    );
    const shape = dims.map((dim, axis): Dim => (dim ? toDim(dim) : `${value.name}.${axis}`));
    return { dims, value: { ...value, shape } };
  });
}

/** What is still known of values between nodes, whatever the sizes. */
function unifyKnown({ sides, sizes }: Walk): Graph["values"] {
  const known = Object.entries(sides[0]?.graph.values ?? {}).flatMap(([name, value]) => {
    const all = sides.flatMap(({ graph, names }) => graph.values[names.get(name) ?? name] ?? []);
    const dims = dimsOf(all, sizes);
    if (all.length < sides.length || dims.includes(undefined)) return [];
    return [[name, { ...value, shape: dims.map((dim) => toDim(dim as Expression)) }]];
  });
  return Object.fromEntries(known);
}

const brief = ({ type, shape, data }: Constant) => ({
  type,
  shape,
  data: Array.from<unknown>(data).slice(0, 8).map(String),
});

/** The name by which the united node reads what the sides' nodes read at one place. */
function unifyInput(walk: Walk, nodes: readonly Node[], place: number): string {
  const names = nodes.map(({ inputs }) => inputs[place] as string);
  const [first = ""] = names;
  const constants = walk.sides.flatMap(
    (side, index) => side.constants.get(names[index] as string) ?? [],
  );
  if (constants.length === walk.sides.length) {
    if (equalConstants(constants)) return first;
    const [node] = nodes;
    const variants = { constants, sizes: walk.sizes };
    const variable = variableConstant(variants, node as Node, walk.sizeNodes);
    if (variable !== undefined) return variable;
    const other = constants.find((one) => !equalConstants([constants[0] as Constant, one]));
    throw mismatch(
      `a constant of ${node?.op}`,
      brief(constants[0] as Constant),
      brief(other as Constant),
    );
  }
  const stray = walk.sides.findIndex(
    (side, index) => (side.names.get(first) ?? first) !== names[index],
  );
  if (stray >= 0) throw mismatch(`what ${nodes[0]?.op} reads`, first, names[stray]);
  return first;
}

const operationOf = ({ op, domain, attributes, inputs, outputs }: Node) => ({
  op: domain === "" ? op : `${domain}.${op}`,
  attributes,
  ...{ inputs: inputs.length, outputs: outputs.length },
});

function unifyNode(walk: Walk, node: Node, index: number): Node {
  const nodes = together(
    walk.sides,
    "an operation",
    ({ graph }) => graph.nodes[index] as Node,
    operationOf,
  );
  for (const [position, side] of walk.sides.entries()) {
    const other = nodes[position] as Node;
    node.outputs.forEach((name, output) => {
      side.names.set(name, other.outputs[output] as string);
    });
  }
  return { ...node, inputs: node.inputs.map((_, place) => unifyInput(walk, nodes, place)) };
}

/** As `unify`, of any number of traces; the more, the surer the expressions. */
export function unifyAll(traces: readonly { graph: Graph; sizes: Sizes }[]): Graph {
  const sizes = traces.map((trace) => trace.sizes);
  const sides = traces.map(({ graph }) => ({
    graph,
    constants: new Map(graph.constants.map((constant) => [constant.name, constant])),
    names: new Map<string, string>(),
  }));
  const base = (sides[0] as Side).graph;
  const inputs = unifyValues(sides, sizes, (graph) => graph.inputs);
  together(sides, "the number of operations", ({ graph }) => graph.nodes.length, Number);
  const dims = new Map(inputs.map((input) => [input.value.name, input.dims]));
  const sizeNodes = createSizeNodes(sizeSources(base.inputs, dims));
  const walk: Walk = { sides, sizes, sizeNodes };
  const nodes = base.nodes.map((node, index) => unifyNode(walk, node, index));
  const used = new Set(nodes.flatMap((node) => node.inputs));
  return {
    name: base.name,
    inputs: inputs.map(({ value }) => value),
    outputs: unifyValues(sides, sizes, (graph) => graph.outputs).map(({ value }) => value),
    constants: [...base.constants.filter(({ name }) => used.has(name)), ...sizeNodes.constants],
    nodes: [...sizeNodes.nodes, ...nodes],
    values: unifyKnown(walk),
  };
}

/**
 * Two lowered traces of one program, at two values of each named size, as one graph for all sizes.
 * Sizes become expressions such as "batch" or "2*height"; lists of sizes that differ become -1 where a
 * Reshape can work the entry out, else nodes that read the inputs' shapes. Throws "graph-mismatch"
 * where the traces differ otherwise.
 */
export const unify = (a: Graph, b: Graph, sizes: { a: Sizes; b: Sizes }): Graph =>
  unifyAll([
    { graph: a, sizes: sizes.a },
    { graph: b, sizes: sizes.b },
  ]);
