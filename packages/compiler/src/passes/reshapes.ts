import type { Constant, Graph, Node } from "../graph.js";
import { producers, rewriteInOrder } from "./rename.js";

/** The list that a constant of int64 holds. */
const listOf = (constant: Constant | undefined): number[] | undefined =>
  constant?.data instanceof BigInt64Array ? Array.from(constant.data, Number) : undefined;

/** A reshape of a reshape becomes one; one to the shape that is there already becomes a copy. */
export function cancelReshapes(graph: Graph): Graph {
  const made = producers(graph);
  const constants = new Map(graph.constants.map((constant) => [constant.name, constant]));
  const shapes = new Map(
    [
      ...Object.entries(graph.values),
      ...graph.inputs.map((input) => [input.name, input] as const),
    ].map(([name, { shape }]) => [name, shape.join()]),
  );
  const rewrite = (node: Node): Node => {
    if (node.op !== "Reshape") return node;
    const [source = "", target = ""] = node.inputs;
    const list = listOf(constants.get(target));
    const before = made.get(source);
    // A 0 stands for the input's own size at that place, so such a reshape must keep its input.
    const skips = before?.op === "Reshape" && list !== undefined && !list.includes(0);
    const origin = skips ? (before.inputs[0] ?? source) : source;
    const wanted = list?.join();
    const have = shapes.get(origin);
    if (have === wanted || (wanted === "-1" && have?.includes(",") === false && have !== "")) {
      return { ...node, op: "Identity", inputs: [origin] };
    }
    return { ...node, inputs: [origin, target] };
  };
  return { ...graph, nodes: rewriteInOrder(graph.nodes, made, rewrite) };
}
