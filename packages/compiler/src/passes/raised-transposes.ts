import type { Constant, Dim, Graph, Node } from "../graph.js";
import { producers, useCounts } from "./rename.js";
import { knownShapes, sameShape } from "./shapes.js";

type Shapes = ReadonlyMap<string, readonly Dim[]>;

/** An operation cell by cell: the input that has a value for each cell, and where a small one stands, if any. */
type Step = { readonly node: Node; readonly whole: 0 | 1 };

const arithmetic = new Set(["Add", "Sub", "Mul", "Div"]);

/** Up to this many values ONNX Runtime's broadcast along the last axis is a loop of its own for each few cells. */
const SHORT = 8;

/** A short list along the last axis, or one value. */
const isShort = (shape: readonly Dim[] | undefined): boolean => {
  if (shape === undefined || shape.length > 1) return false;
  const [size = 1] = shape;
  return typeof size === "number" && size <= SHORT;
};

function stepOf(node: Node | undefined, shapes: Shapes): Step | undefined {
  if (node === undefined) return undefined;
  if (node.op === "Cast") return { node, whole: 0 };
  const out = shapes.get(node.outputs[0] as string);
  if (!arithmetic.has(node.op) || out === undefined) return undefined;
  const [a, b] = node.inputs.map((name) => shapes.get(name));
  if (sameShape(a, out) && isShort(b)) return { node, whole: 0 };
  return sameShape(b, out) && isShort(a) ? { node, whole: 1 } : undefined;
}

/** The steps between a transpose and whatever nobody else reads, last one first. */
function stepsBefore(
  transpose: Node,
  made: ReadonlyMap<string, Node>,
  uses: ReadonlyMap<string, number>,
  shapes: Shapes,
): Step[] {
  const steps: Step[] = [];
  let name = transpose.inputs[0] as string;
  for (;;) {
    const step = uses.get(name) === 1 ? stepOf(made.get(name), shapes) : undefined;
    if (step === undefined) return steps;
    steps.push(step);
    name = step.node.inputs[step.whole] as string;
  }
}

/** Whether the step has several numbers for the last axis; one alone is as fast anywhere. */
const hasList = ({ node, whole }: Step, shapes: Shapes): boolean => {
  const [size = 1] = shapes.get(node.inputs[1 - whole] ?? "") ?? [];
  return size !== 1;
};

/** The transpose first, then the steps on what it makes. */
function raised(transpose: Node, steps: readonly Step[], shapes: Shapes) {
  const perm = transpose.attributes.perm as readonly number[];
  const [output = ""] = transpose.outputs;
  const constants: Constant[] = [];
  const first = steps.at(-1) as Step;
  let name = `${output} transposed`;
  const nodes: Node[] = [
    { ...transpose, inputs: [first.node.inputs[first.whole] as string], outputs: [name] },
  ];
  [...steps].reverse().forEach(({ node, whole }, index) => {
    const inputs = [...node.inputs];
    inputs[whole] = name;
    const small = node.inputs[1 - whole];
    if (small !== undefined && shapes.get(small)?.length === 1) {
      const shape = perm.map((axis) => (axis === perm.length - 1 ? -1n : 1n));
      const [list, along] = [`${output} shape ${index}`, `${output} along ${index}`];
      constants.push({
        name: list,
        type: "int64",
        shape: [perm.length],
        data: BigInt64Array.from(shape),
      });
      nodes.push({
        ...{ op: "Reshape", domain: "", attributes: {} },
        ...{ inputs: [small, list], outputs: [along] },
      });
      inputs[1 - whole] = along;
    }
    name = index === steps.length - 1 ? output : `${output} step ${index}`;
    nodes.push({ ...node, inputs, outputs: [name] });
  });
  return { nodes, constants };
}

/**
 * Moves a transpose before arithmetic with a few numbers for the last axis, as pictures are normalized: the
 * numbers then meet whole planes instead of one pixel at a time.
 */
export function raiseTransposes(graph: Graph): Graph {
  const [made, uses, shapes] = [producers(graph), useCounts(graph), knownShapes(graph)];
  const dropped = new Set<Node>();
  const constants: Constant[] = [];
  const nodes = graph.nodes.flatMap((node) => {
    if (node.op !== "Transpose") return [node];
    const steps = stepsBefore(node, made, uses, shapes);
    if (!steps.some((step) => hasList(step, shapes))) return [node];
    for (const step of steps) dropped.add(step.node);
    const moved = raised(node, steps, shapes);
    constants.push(...moved.constants);
    return moved.nodes;
  });
  if (dropped.size === 0) return graph;
  return {
    ...graph,
    nodes: nodes.filter((node) => !dropped.has(node)),
    constants: [...graph.constants, ...constants],
  };
}
