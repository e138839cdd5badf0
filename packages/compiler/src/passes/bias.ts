import type { Constant, Dim, Graph, Node } from "../graph.js";
import { producers, useCounts } from "./rename.js";
import { knownShapes, sameShape } from "./shapes.js";

/** The shape [-1], by which a bias laid out for broadcasting becomes the list that Conv wants. */
const FLAT: Constant = {
  name: "flat bias",
  type: "int64",
  shape: [1],
  data: BigInt64Array.of(-1n),
};

type Fusion = { readonly add: Node; readonly product: Node; readonly addend: string };

/** The product with the addend as its bias, and the reshape that this takes for a convolution. */
function fused(
  { add, product, addend }: Fusion,
  shapes: ReadonlyMap<string, readonly Dim[]>,
): Node[] | undefined {
  const shape = shapes.get(product.outputs[0] as string);
  if (shape === undefined || !sameShape(shape, shapes.get(add.outputs[0] as string)))
    return undefined;
  const biased = (bias: string): Node => ({
    ...product,
    inputs: [...product.inputs, bias],
    outputs: add.outputs,
  });
  const have = shapes.get(addend);
  if (product.op === "Gemm") return sameShape(have, shape.slice(1)) ? [biased(addend)] : undefined;
  const channels = [1, shape[1] as Dim, ...shape.slice(2).map(() => 1)];
  if (!sameShape(have, channels) && !sameShape(have, channels.slice(1))) return undefined;
  const list = `${add.outputs[0]} bias`;
  const flat = { op: "Reshape", domain: "", inputs: [addend, FLAT.name], outputs: [list] };
  return [{ ...flat, attributes: {} }, biased(list)];
}

/**
 * Puts an addition into the Gemm or Conv before it, as their bias, where nothing else reads the
 * unbiased result: one operation less, and ONNX Runtime goes on to fuse the activation too.
 */
export function fuseBias(graph: Graph): Graph {
  const made = producers(graph);
  const uses = useCounts(graph);
  const shapes = knownShapes(graph);
  const dropped = new Set<Node>();
  const attempt = (add: Node, sum: string, addend: string): Node[] | undefined => {
    const product = made.get(sum);
    if (product === undefined || product.inputs.length !== 2 || uses.get(sum) !== 1)
      return undefined;
    if (product.op !== "Gemm" && product.op !== "Conv") return undefined;
    const nodes = fused({ add, product, addend }, shapes);
    if (nodes !== undefined) dropped.add(product);
    return nodes;
  };
  const nodes = graph.nodes.flatMap((node) => {
    const [a = "", b = ""] = node.inputs;
    if (node.op !== "Add") return [node];
    return attempt(node, a, b) ?? attempt(node, b, a) ?? [node];
  });
  if (dropped.size === 0) return graph;
  return {
    ...graph,
    nodes: nodes.filter((node) => !dropped.has(node)),
    constants: [...graph.constants.filter(({ name }) => name !== FLAT.name), FLAT],
  };
}
