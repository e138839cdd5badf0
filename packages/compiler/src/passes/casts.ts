import type { ElementType, Graph, Node } from "../graph.js";
import { producers, rewriteInOrder } from "./rename.js";

/** Types whose every value the other type holds exactly. */
const within: Partial<Record<ElementType, readonly ElementType[]>> = {
  bool: ["uint8", "int32", "int64", "float32"],
  uint8: ["int32", "int64", "float32"],
  int32: ["int64"],
};

/** A cast of a cast that lost nothing becomes one: pictures go from uint8 to float32 directly. */
export function collapseCasts(graph: Graph): Graph {
  const made = producers(graph);
  const types = new Map(graph.inputs.map(({ name, type }) => [name, type]));
  const typeOf = (name: string) => types.get(name) ?? graph.values[name]?.type;
  const rewrite = (node: Node): Node => {
    const before = node.op === "Cast" ? made.get(node.inputs[0] ?? "") : undefined;
    if (before?.op !== "Cast") return node;
    const [from, through] = [typeOf(before.inputs[0] ?? ""), typeOf(before.outputs[0] ?? "")];
    const exact = from !== undefined && through !== undefined && within[from]?.includes(through);
    return exact ? { ...node, inputs: before.inputs } : node;
  };
  return { ...graph, nodes: rewriteInOrder(graph.nodes, made, rewrite) };
}
