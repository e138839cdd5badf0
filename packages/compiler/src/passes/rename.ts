import type { Graph, Node } from "../graph.js";

/** Follows a chain of renames to its end. */
export function finalName(renames: ReadonlyMap<string, string>, name: string): string {
  let current = name;
  for (let next = renames.get(current); next !== undefined; next = renames.get(current)) {
    current = next;
  }
  return current;
}

/** A node that reads other names. */
export const rewired = (node: Node, renames: ReadonlyMap<string, string>): Node =>
  node.inputs.some((name) => renames.has(name))
    ? { ...node, inputs: node.inputs.map((name) => finalName(renames, name)) }
    : node;

/** The node that makes each value. */
export const producers = (graph: Graph): Map<string, Node> =>
  new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node])));

/** How often each value is read, by nodes or as an output. */
export function useCounts(graph: Graph): Map<string, number> {
  const counts = new Map<string, number>();
  const use = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const node of graph.nodes) node.inputs.forEach(use);
  for (const { name } of graph.outputs) use(name);
  return counts;
}

/** Rewrites nodes from first to last, so that each sees what became of those before it. */
export function rewriteInOrder(
  nodes: readonly Node[],
  made: Map<string, Node>,
  rewrite: (node: Node) => Node,
): Node[] {
  return nodes.map((node) => {
    const next = rewrite(node);
    for (const name of next.outputs) made.set(name, next);
    return next;
  });
}
