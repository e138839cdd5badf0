import * as tf from "@tensorflow/tfjs-core";
import type { Constant, KernelGraph, Node } from "../graph.js";
import { asList, ruleOf } from "../lower.js";
import { type TensorDType, tensorDType } from "../trace/recorder.js";

/**
 * Computes, on the tfjs backend in use, every kernel of a traced graph that reads constants only, and
 * keeps what is still needed of them. Native runtimes do so when they load a graph; tfjs does not.
 */
export function foldConstants(graph: KernelGraph): KernelGraph {
  const held = new Map(graph.constants.map((constant) => [constant.name, constant]));
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const nodes: Node<unknown>[] = [];
  for (const node of graph.nodes) {
    const sources = node.inputs.flatMap((name) => held.get(name) ?? []);
    const isKnown = sources.length === node.inputs.length;
    if (!isKnown || node.outputs.some((name) => outputs.has(name))) nodes.push(node);
    else for (const constant of computed(node, sources)) held.set(constant.name, constant);
  }
  const used = new Set(nodes.flatMap(({ inputs }) => inputs));
  return { ...graph, nodes, constants: [...held.values()].filter(({ name }) => used.has(name)) };
}

function computed(node: Node<unknown>, sources: readonly Constant[]): Constant[] {
  const { inputs } = ruleOf(node.op);
  return tf.tidy(() => {
    const tensors = sources.map(({ data, shape, type }, place): [string, tf.Tensor] => [
      inputs === "list" ? String(place) : (inputs[place] as string),
      tf.tensor(data as Float32Array, [...shape], type as TensorDType),
    ]);
    const named: tf.NamedTensorMap = Object.fromEntries(tensors);
    const attributes = { ...node.attributes } as tf.NamedAttrMap;
    const results = asList(
      tf.engine().runKernel<tf.Tensor | tf.Tensor[]>(node.op, named, attributes),
    );
    return results.map((result, place) => ({
      name: node.outputs[place] as string,
      type: tensorDType(result.dtype),
      shape: result.shape,
      data: result.dataSync<TensorDType>() as Float32Array,
    }));
  });
}
