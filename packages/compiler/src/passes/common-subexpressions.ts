import type { Constant, Graph, Node } from "../graph.js";
import { finalName, rewired } from "./rename.js";

/** Longer constants are told apart by their memory alone, which costs nothing to compare. */
const LONGEST_COMPARED = 64;

const numberKey = (value: number | bigint): string => (Object.is(value, -0) ? "-0" : `${value}`);

/** What each constant is equal to: the name of the first constant with the same contents. */
function equalConstants(constants: readonly Constant[]): Map<string, string> {
  const memories = new Map<unknown, number>();
  const first = new Map<string, string>();
  const renames = new Map<string, string>();
  for (const { name, type, shape, data } of constants) {
    if (!memories.has(data)) memories.set(data, memories.size);
    const short = data.length <= LONGEST_COMPARED;
    const values = short
      ? Array.from<number | bigint>(data).map(numberKey).join()
      : `memory ${memories.get(data)}`;
    const key = `${type} ${shape.join()} ${values}`;
    const same = first.get(key);
    if (same === undefined) first.set(key, name);
    else renames.set(name, same);
  }
  return renames;
}

/** How many outputs a node has tells two splits apart; elsewhere it only says which are read. */
const nodeKey = ({ op, domain, inputs, outputs, attributes }: Node): string =>
  `${domain}.${op}(${inputs.join()})${JSON.stringify(attributes)}${op === "Split" ? outputs.length : ""}`;

/** The first of two equal nodes, asked for the outputs of both; the second's names are renamed. */
function merge(first: Node, second: Node, renames: Map<string, string>): Node {
  second.outputs.forEach((name, index) => {
    const same = first.outputs[index];
    if (same !== undefined) renames.set(name, same);
  });
  return { ...first, outputs: [...first.outputs, ...second.outputs.slice(first.outputs.length)] };
}

/**
 * Computes equal things once. Two nodes that differ only in how many outputs they ask for become one
 * that is asked for all: so a gradient's MaxPool with indices and the forward one are shared.
 */
export function shareCommonSubexpressions(graph: Graph): Graph {
  const renames = equalConstants(graph.constants);
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const nodes: Node[] = [];
  const places = new Map<string, number>();
  for (const original of graph.nodes) {
    const node = rewired(original, renames);
    const key = nodeKey(node);
    const place = places.get(key);
    if (place === undefined) places.set(key, nodes.length);
    // The graph's outputs keep their names.
    if (place === undefined || node.outputs.some((name) => outputs.has(name))) nodes.push(node);
    else nodes[place] = merge(nodes[place] as Node, node, renames);
  }
  return {
    ...graph,
    nodes: nodes.map((node) => rewired(node, renames)),
    constants: graph.constants.filter(({ name }) => finalName(renames, name) === name),
  };
}
