import { CompileError } from "../errors.js";
import type { KernelGraph, Node, Value } from "../graph.js";

/** Where a size that varies may stand in an attribute, as -1. */
const variable: Readonly<Record<string, string>> = { Reshape: "shape", Slice: "size" };

/**
 * Two traces of one program at two batch sizes as one: sizes that differ become -1 in the inputs, the
 * outputs and the attributes of kernels that know -1. Throws "graph-mismatch" for any other difference.
 */
export function anyBatch(a: KernelGraph, b: KernelGraph): KernelGraph {
  if (a.nodes.length !== b.nodes.length) throw mismatch("the number of operations");
  a.constants.forEach(({ shape }, index) => {
    const other = b.constants[index]?.shape ?? [];
    if (shape.join() !== other.join()) throw mismatch(`a constant of the shape [${shape}]`);
  });
  const values = (of: readonly Value[], others: readonly Value[]) =>
    of.map((value, index) => ({
      ...value,
      shape: value.shape.map((size, axis) => (size === others[index]?.shape[axis] ? size : -1)),
    }));
  return {
    ...a,
    inputs: values(a.inputs, b.inputs),
    outputs: values(a.outputs, b.outputs),
    nodes: a.nodes.map((node, index) => both(node, b.nodes[index] as Node<unknown>)),
  };
}

function both(node: Node<unknown>, other: Node<unknown>): Node<unknown> {
  if (node.op !== other.op || node.inputs.join() !== other.inputs.join()) throw mismatch(node.op);
  const attributes = Object.entries(node.attributes).map(([name, value]): [string, unknown] => {
    const second = other.attributes[name];
    if (JSON.stringify(value) === JSON.stringify(second)) return [name, value];
    if (variable[node.op] !== name) throw mismatch(`"${name}" of ${node.op}`);
    const sizes = (value as number[]).map((size, axis) =>
      size === (second as number[])[axis] ? size : -1,
    );
    if (node.op === "Reshape" && sizes.filter((size) => size === -1).length > 1)
      throw mismatch("two sizes of one Reshape");
    return [name, sizes];
  });
  return { ...node, attributes: Object.fromEntries(attributes) };
}

const mismatch = (what: string): CompileError =>
  new CompileError(
    "graph-mismatch",
    `A tfjs graph model is for batches of any size, but ${what} depends on the size here: write the program so that only reshapes and slices do.`,
    { details: { what } },
  );
