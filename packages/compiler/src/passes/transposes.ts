import type { Graph, Node } from "../graph.js";
import { producers, rewriteInOrder } from "./rename.js";

const permOf = (node: Node): readonly number[] => node.attributes.perm as readonly number[];

const isTranspose = (node: Node | undefined): node is Node =>
  node?.op === "Transpose" && Array.isArray(node.attributes.perm);

/** A transpose of a transpose becomes one; one that changes nothing becomes a copy. */
export function cancelTransposes(graph: Graph): Graph {
  const made = producers(graph);
  const rewrite = (node: Node): Node => {
    if (!isTranspose(node)) return node;
    const before = made.get(node.inputs[0] ?? "");
    const first = isTranspose(before) ? permOf(before) : undefined;
    const perm = first ? permOf(node).map((axis) => first[axis] as number) : permOf(node);
    const inputs = first && before ? before.inputs : node.inputs;
    if (perm.every((axis, index) => axis === index)) {
      return { ...node, op: "Identity", inputs, attributes: {} };
    }
    return { ...node, inputs, attributes: { perm } };
  };
  return { ...graph, nodes: rewriteInOrder(graph.nodes, made, rewrite) };
}
