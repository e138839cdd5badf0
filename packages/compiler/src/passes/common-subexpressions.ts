import type { Constant, Graph, Node } from "../graph.js";
import { finalName, rewired } from "./rename.js";

/** Longer constants are told apart by their memory alone, which costs nothing to compare. */
const LONGEST_COMPARED = 64;

const numberKey = (value: number | bigint): string => (Object.is(value, -0) ? "-0" : `${value}`);

function constantKeys(constants: readonly Constant[]): (constant: Constant) => string {
  const memories = new Map<unknown, number>();
  for (const { data } of constants) if (!memories.has(data)) memories.set(data, memories.size);
  return ({ type, shape, data }) => {
    const values =
      data.length <= LONGEST_COMPARED
        ? Array.from<number | bigint>(data).map(numberKey).join()
        : `memory ${memories.get(data)}`;
    return `${type} ${shape.join()} ${values}`;
  };
}

const nodeKey = ({ op, domain, inputs, attributes }: Node): string =>
  `${domain}.${op}(${inputs.join()})${JSON.stringify(attributes)}`;

/** How many outputs a node is asked for matters only to operators that share them out. */
const sameOutputs = (node: Node): string => (node.op === "Split" ? `${node.outputs.length}` : "");

/**
 * Computes equal things once. Two nodes that differ only in how many outputs they ask for become the
 * one that asks for more: so a gradient's MaxPool with indices and the forward one are shared.
 */
export function shareCommonSubexpressions(graph: Graph): Graph {
  const renames = new Map<string, string>();
  const keyOf = constantKeys(graph.constants);
  const firstConstant = new Map<string, string>();
  for (const constant of graph.constants) {
    const key = keyOf(constant);
    const first = firstConstant.get(key);
    if (first === undefined) firstConstant.set(key, constant.name);
    else renames.set(constant.name, first);
  }
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const nodes: Node[] = [];
  const places = new Map<string, number>();
  for (const original of graph.nodes) {
    const node = rewired(original, renames);
    const key = nodeKey(node) + sameOutputs(node);
    const place = places.get(key);
    const first = place === undefined ? undefined : nodes[place];
    if (
      place === undefined ||
      first === undefined ||
      node.outputs.some((name) => outputs.has(name))
    ) {
      if (place === undefined) places.set(key, nodes.length);
      nodes.push(node);
      continue;
    }
    node.outputs.forEach((name, index) => {
      const same = first.outputs[index];
      if (same !== undefined) renames.set(name, same);
    });
    if (node.outputs.length > first.outputs.length) {
      const more = node.outputs.slice(first.outputs.length);
      nodes[place] = { ...first, outputs: [...first.outputs, ...more] };
    }
  }
  return {
    ...graph,
    nodes: nodes.map((node) => rewired(node, renames)),
    constants: graph.constants.filter(({ name }) => finalName(renames, name) === name),
  };
}
