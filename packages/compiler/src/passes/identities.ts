import type { Graph, Node } from "../graph.js";
import { producers } from "./rename.js";

/**
 * Gives the graph's outputs their names where they are computed, instead of copying them at the end.
 * A copy stays where the output is an input or a constant, or is a second output of one value.
 */
export function nameOutputs(graph: Graph): Graph {
  const made = producers(graph);
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const names = new Map<string, string>();
  const copies = new Set<Node>();
  for (const output of graph.outputs) {
    const copy = made.get(output.name);
    const source = copy?.op === "Identity" ? copy.inputs[0] : undefined;
    if (copy === undefined || source === undefined) continue;
    if (!made.has(source) || names.has(source) || outputs.has(source)) continue;
    names.set(source, output.name);
    copies.add(copy);
  }
  const renamed = (name: string) => names.get(name) ?? name;
  return {
    ...graph,
    nodes: graph.nodes
      .filter((node) => !copies.has(node))
      .map((node) => ({
        ...node,
        inputs: node.inputs.map(renamed),
        outputs: node.outputs.map(renamed),
      })),
    values: Object.fromEntries(
      Object.entries(graph.values).map(([name, value]) => [renamed(name), value]),
    ),
  };
}
