import type { Graph } from "../graph.js";

/** Operators whose last outputs are optional: unread ones are not asked for. */
const optionalOutputs = new Set(["MaxPool", "LayerNormalization", "BatchNormalization"]);

function trimmed(
  op: string,
  outputs: readonly string[],
  needed: ReadonlySet<string>,
): readonly string[] {
  if (!optionalOutputs.has(op)) return outputs;
  const last = outputs.findLastIndex((name) => needed.has(name));
  return last === outputs.length - 1 ? outputs : outputs.slice(0, last + 1);
}

/** Drops nodes, optional outputs and constants that no output of the graph needs. */
export function removeDeadCode(graph: Graph): Graph {
  const needed = new Set(graph.outputs.map(({ name }) => name));
  const nodes = [...graph.nodes].reverse().flatMap((node) => {
    if (!node.outputs.some((name) => needed.has(name))) return [];
    for (const name of node.inputs) needed.add(name);
    const outputs = trimmed(node.op, node.outputs, needed);
    return outputs === node.outputs ? [node] : [{ ...node, outputs }];
  });
  return {
    ...graph,
    nodes: nodes.reverse(),
    constants: graph.constants.filter(({ name }) => needed.has(name)),
    values: Object.fromEntries(Object.entries(graph.values).filter(([name]) => needed.has(name))),
  };
}
