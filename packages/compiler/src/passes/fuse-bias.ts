import type { KernelGraph, Node } from "../graph.js";
import { sameList } from "../layout.js";

const fused: Readonly<Record<string, string>> = {
  Conv2D: "FusedConv2D",
  DepthwiseConv2dNative: "FusedDepthwiseConv2D",
};

type KernelNode = Node<unknown>;

/**
 * A bias [C] that is added to a convolution's result becomes part of the convolution, for which it costs
 * nothing; only where nothing else reads the result. On kernels, before `lower`.
 */
export function fuseBias(graph: KernelGraph): KernelGraph {
  const { nodes, uses } = alive(graph);
  const convolutions = new Map<string, KernelNode>();
  for (const node of nodes) {
    const [y] = node.outputs;
    if (node.op in fused && y !== undefined && uses.get(y) === 1) convolutions.set(y, node);
  }
  const absorbed = new Set<KernelNode>();
  const merged = nodes.map((node) => {
    const match = matchAdd(graph, node, convolutions);
    if (!match) return node;
    absorbed.add(match.convolution);
    return withBias(match.convolution, match.bias, node.outputs);
  });
  return { ...graph, nodes: merged.filter((node) => !absorbed.has(node)) };
}

/** The nodes that outputs need, and how often each value is read: the tape clones much in vain. */
function alive(graph: KernelGraph): { nodes: KernelNode[]; uses: ReadonlyMap<string, number> } {
  const uses = new Map<string, number>();
  const use = (name: string) => uses.set(name, (uses.get(name) ?? 0) + 1);
  for (const { name } of graph.outputs) use(name);
  const nodes = [...graph.nodes].reverse().filter((node) => {
    if (!node.outputs.some((name) => uses.has(name))) return false;
    node.inputs.forEach(use);
    return true;
  });
  return { nodes: nodes.reverse(), uses };
}

function matchAdd(
  graph: KernelGraph,
  node: KernelNode,
  convolutions: ReadonlyMap<string, KernelNode>,
): { convolution: KernelNode; bias: string } | undefined {
  const [a, b] = node.inputs;
  if (node.op !== "Add" || a === undefined || b === undefined) return undefined;
  for (const [y, bias] of [
    [a, b],
    [b, a],
  ] as const) {
    const convolution = convolutions.get(y);
    const channels = graph.values[y]?.shape.at(-1);
    const shape = graph.values[bias]?.shape;
    if (convolution && channels !== undefined && shape && sameList(shape, [channels])) {
      return { convolution, bias };
    }
  }
  return undefined;
}

const withBias = (
  { op, inputs, attributes, ...rest }: KernelNode,
  bias: string,
  outputs: readonly string[],
): KernelNode => ({
  ...rest,
  op: fused[op] as string,
  inputs: [...inputs, bias, ""],
  outputs,
  attributes: { ...attributes, activation: "linear" },
});
