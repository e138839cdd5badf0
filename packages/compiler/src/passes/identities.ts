import type { Graph, Node } from "../graph.js";
import { producers, rewired } from "./rename.js";

/** Takes away copies between nodes; those that give the graph's outputs their names stay. */
export function dropIdentities(graph: Graph): Graph {
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const renames = new Map<string, string>();
  for (const { op, inputs, outputs: made } of graph.nodes) {
    const [source, name] = [inputs[0], made[0]];
    if (op !== "Identity" || source === undefined || name === undefined) continue;
    if (!outputs.has(name)) renames.set(name, source);
  }
  const kept = graph.nodes.filter(({ outputs: made }) => !renames.has(made[0] ?? ""));
  return { ...graph, nodes: kept.map((node) => rewired(node, renames)) };
}

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
