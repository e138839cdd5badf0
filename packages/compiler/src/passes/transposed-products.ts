import type { Graph, Node } from "../graph.js";
import { producers, useCounts } from "./rename.js";

const flipped = (flag: unknown): number => (flag === 1 ? 0 : 1);

/** A^T B^T instead of (B A)^T: a product that is only read transposed is computed transposed. */
export function transposeProducts(graph: Graph): Graph {
  const made = producers(graph);
  const uses = useCounts(graph);
  const dropped = new Set<Node>();
  const nodes = graph.nodes.map((node) => {
    const source = node.inputs[0] ?? "";
    const product = node.op === "Transpose" ? made.get(source) : undefined;
    if (product?.op !== "Gemm" || product.inputs.length !== 2 || uses.get(source) !== 1)
      return node;
    dropped.add(product);
    const { transA, transB } = product.attributes;
    const attributes = { transA: flipped(transB), transB: flipped(transA) };
    return { ...product, inputs: [...product.inputs].reverse(), outputs: node.outputs, attributes };
  });
  return { ...graph, nodes: nodes.filter((node) => !dropped.has(node)) };
}
