import type { Constant, KernelGraph, Value } from "../graph.js";
import { type InputSpec, type TracedFunction, trace } from "../trace.js";
import { anyBatch } from "./any-batch.js";
import { foldConstants } from "./fold-constants.js";
import {
  dataType,
  type GraphAttribute,
  type GraphOperation,
  type GraphWriter,
  operationOf,
} from "./operations.js";

/** A model for `tf.loadGraphModel`: what goes into model.json, and the files that it names. */
export type GraphModel = {
  readonly json: object;
  readonly files: readonly { readonly path: string; readonly data: Uint8Array }[];
};

/** Browsers keep files of this size in their caches. */
const SHARD_BYTES = 4 * 2 ** 20;

/**
 * Compiles a program to a tfjs graph model for batches of any size: traced at two of them, with what
 * depends on constants only computed beforehand, on the tfjs backend in use. `specs` gives the inputs
 * at a batch size. Throws "graph-mismatch", and "kernel-unknown" for what such a model can't say.
 */
export function compileGraphModel(
  fn: TracedFunction,
  specs: (sizes: { batch: number }) => Readonly<Record<string, InputSpec>>,
): GraphModel {
  const [a, b] = [2, 3].map((batch) => trace(fn, specs({ batch })));
  return write(foldConstants(anyBatch(a as KernelGraph, b as KernelGraph)));
}

type GraphNode = {
  readonly name: string;
  readonly op: string;
  readonly input: readonly string[];
  readonly attr: Readonly<Record<string, GraphAttribute>>;
};

/** tfjs reads a colon and a caret in names as more than a name. */
const nameOf = (value: string): string =>
  value
    .replace(/^%/, "op")
    .replace(/^#/, "constant")
    .replaceAll(/[^\w./-]/g, "_");

const typeOf = ({ type }: Value | Constant): GraphAttribute => ({
  type: dataType[type as keyof typeof dataType],
});

const shapeOf = ({ shape }: Pick<Value, "shape">) => ({
  dim: shape.map((size) => ({ size: String(size) })),
});

function write(graph: KernelGraph): GraphModel {
  const constants: Constant[] = [...graph.constants];
  const nodes: GraphNode[] = [];
  const names = new Map<string, string>();
  const known = (value: string): string => names.get(value) ?? nameOf(value);
  const add = (name: string, { op, inputs, attributes = {} }: GraphOperation): string => {
    nodes.push({ name, op, input: inputs.map(known), attr: attributes });
    return name;
  };
  const constant = (type: "int32" | "float32", shape: readonly number[], values: number[]) => {
    const data = type === "int32" ? Int32Array.from(values) : Float32Array.from(values);
    const name = `constant.${constants.length}`;
    constants.push({ name, type, shape, data });
    return name;
  };
  const writer: GraphWriter = {
    ints: (values, shape = [values.length]) => constant("int32", shape, [...values]),
    int: (value) => constant("int32", [], [value]),
    float: (value) => constant("float32", [], [value]),
    emit: (operation) => add(`extra.${nodes.length}`, operation),
  };
  for (const input of graph.inputs) {
    const attributes = { dtype: typeOf(input), shape: { shape: shapeOf(input) } };
    add(nameOf(input.name), { op: "Placeholder", inputs: [], attributes });
  }
  for (const node of graph.nodes) {
    const name = nameOf(node.outputs[0] as string);
    node.outputs.forEach((output, place) => {
      names.set(output, place === 0 ? name : `${name}:${place}`);
    });
    add(name, operationOf(node, writer));
  }
  const held = constants.map((one): GraphNode => {
    const attr = { dtype: typeOf(one), shape: { shape: shapeOf(one) } };
    return { name: nameOf(one.name), op: "Const", input: [], attr };
  });
  return pack([...held, ...nodes], constants, graph);
}

function pack(
  node: readonly GraphNode[],
  constants: readonly Constant[],
  graph: KernelGraph,
): GraphModel {
  const files = shards(constants);
  const weights = constants.map(({ name, shape, type }) => ({
    name: nameOf(name),
    shape,
    dtype: type,
  }));
  const signature = (values: readonly Value[]) =>
    Object.fromEntries(
      values.map((value) => [
        value.name,
        {
          name: nameOf(value.name),
          dtype: dataType[value.type as "float32"],
          tensorShape: shapeOf(value),
        },
      ]),
    );
  const json = {
    format: "graph-model",
    generatedBy: "graft",
    convertedBy: null,
    signature: { inputs: signature(graph.inputs), outputs: signature(graph.outputs) },
    modelTopology: { node, library: {}, versions: { producer: 1 } },
    weightsManifest: [{ paths: files.map(({ path }) => path), weights }],
  };
  return { json, files };
}

/** The constants one after the other, in files of a few MB. */
function shards(constants: readonly Constant[]): GraphModel["files"] {
  const length = constants.reduce((sum, { data }) => sum + data.byteLength, 0);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const { data } of constants) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  const count = Math.max(1, Math.ceil(length / SHARD_BYTES));
  return Array.from({ length: count }, (_, index) => ({
    path: `group1-shard${index + 1}of${count}.bin`,
    data: bytes.subarray(index * SHARD_BYTES, (index + 1) * SHARD_BYTES),
  }));
}
