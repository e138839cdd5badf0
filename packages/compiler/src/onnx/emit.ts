import { CompileError } from "../errors.js";
import {
  type Attribute,
  type Constant,
  type Graph,
  type Node,
  onCpu,
  type Target,
  type Value,
} from "../graph.js";
import {
  finish,
  type Message,
  message,
  putBytes,
  putFloat,
  putInt,
  putMessage,
  putText,
} from "./protobuf.js";
import { onnxType } from "./types.js";

/** A constant that lies beside the model; ONNX Runtime takes it by `externalData`. */
export type ExternalData = { readonly path: string; readonly data: Uint8Array };

/** An ONNX file in memory. The data of `external` are views of the graph's constants, not copies. */
export type Model = { readonly model: Uint8Array; readonly external: readonly ExternalData[] };

/** What the targets declare. Portable is what ONNX Runtime 1.14 and onnx 1.12 read. */
const versions: Record<Target, { opset: number; ir: number }> = {
  native: { opset: 20, ir: 9 },
  wasm: { opset: 20, ir: 9 },
  webgpu: { opset: 20, ir: 9 },
  portable: { opset: 17, ir: 8 },
};

/** The largest protobuf that its readers take. */
const PROTOBUF_LIMIT = 2 ** 31 - 1;

// Field numbers and kinds are those of onnx.proto.
const AttributeKind = { float: 1, int: 2, text: 3, floats: 6, ints: 7 } as const;

function encodeAttribute(name: string, value: Attribute): Message {
  const out = message();
  putText(out, 1, name);
  const kind = putAttributeValue(out, value);
  putInt(out, 20, AttributeKind[kind]);
  return out;
}

function putAttributeValue(out: Message, value: Attribute): keyof typeof AttributeKind {
  if (typeof value === "number") {
    putInt(out, 3, value);
    return "int";
  }
  if (typeof value === "string") {
    putText(out, 4, value);
    return "text";
  }
  if ("float" in value) {
    putFloat(out, 2, value.float);
    return "float";
  }
  if ("floats" in value) {
    for (const item of value.floats) putFloat(out, 7, item);
    return "floats";
  }
  for (const item of value) putInt(out, 8, item);
  return "ints";
}

function encodeNode(node: Node): Message {
  const out = message();
  for (const name of node.inputs) putText(out, 1, name);
  for (const name of node.outputs) putText(out, 2, name);
  putText(out, 3, node.outputs[0] ?? node.op);
  putText(out, 4, node.op);
  for (const [name, value] of Object.entries(node.attributes)) {
    putMessage(out, 5, encodeAttribute(name, value));
  }
  if (node.domain !== "") putText(out, 7, node.domain);
  return out;
}

const bytesOf = ({ data }: Constant): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

function encodeConstant(constant: Constant, external: ExternalData | undefined): Message {
  const out = message();
  for (const size of constant.shape) putInt(out, 1, size);
  putInt(out, 2, onnxType[constant.type]);
  putText(out, 8, constant.name);
  if (external === undefined) {
    putBytes(out, 9, bytesOf(constant));
    return out;
  }
  const entries = { location: external.path, offset: "0", length: String(external.data.length) };
  for (const [key, value] of Object.entries(entries)) {
    const entry = message();
    putText(entry, 1, key);
    putText(entry, 2, value);
    putMessage(out, 13, entry);
  }
  putInt(out, 14, 1);
  return out;
}

function encodeValue({ name, type, shape }: Value): Message {
  const dims = message();
  for (const dim of shape) {
    const out = message();
    if (typeof dim === "number") putInt(out, 1, dim);
    else putText(out, 2, dim);
    putMessage(dims, 1, out);
  }
  const tensor = message();
  putInt(tensor, 1, onnxType[type]);
  putMessage(tensor, 2, dims);
  const kind = message();
  putMessage(kind, 1, tensor);
  const out = message();
  putText(out, 1, name);
  putMessage(out, 2, kind);
  return out;
}

function encodeOpset(domain: string, version: number): Message {
  const out = message();
  putText(out, 1, domain);
  putInt(out, 2, version);
  return out;
}

/** Which constants go outside; those that share their memory share a file. */
function placeOutside(graph: Graph, externalBytes: number): Map<Constant, ExternalData> {
  const files = new Map<string, ExternalData>();
  const buffers: ArrayBufferLike[] = [];
  const placed = new Map<Constant, ExternalData>();
  for (const constant of graph.constants) {
    if (constant.data.byteLength < externalBytes) continue;
    const { buffer, byteOffset, byteLength } = constant.data;
    if (!buffers.includes(buffer)) buffers.push(buffer);
    const key = `${buffers.indexOf(buffer)} ${byteOffset} ${byteLength}`;
    const file = files.get(key) ?? { path: `constant-${files.size}`, data: bytesOf(constant) };
    files.set(key, file);
    placed.set(constant, file);
  }
  return placed;
}

/**
 * Writes a graph of ONNX operators as an ONNX model. `externalBytes`: constants of at least this
 * many bytes go outside the protobuf (default: none do). Throws "graph-invalid" for kernels in the
 * graph, other domains than the target takes, and a protobuf above 2 GB.
 */
export function emit(graph: Graph, options: { target: Target; externalBytes?: number }): Model {
  const { target, externalBytes = Number.POSITIVE_INFINITY } = options;
  const foreign = graph.nodes.find(
    ({ domain }) => domain !== "" && (domain !== "com.microsoft" || !onCpu(target)),
  );
  if (foreign !== undefined) {
    throw new CompileError(
      "graph-invalid",
      `The node ${foreign.op} of domain "${foreign.domain}" has no place in a ${target} model: lower the graph for that target first.`,
    );
  }
  const outside = placeOutside(graph, externalBytes);
  const body = message();
  for (const node of graph.nodes) putMessage(body, 1, encodeNode(node));
  putText(body, 2, graph.name);
  for (const constant of graph.constants) {
    putMessage(body, 5, encodeConstant(constant, outside.get(constant)));
  }
  for (const value of graph.inputs) putMessage(body, 11, encodeValue(value));
  for (const value of graph.outputs) putMessage(body, 12, encodeValue(value));
  const file = message();
  putInt(file, 1, versions[target].ir);
  putText(file, 2, "graft");
  putMessage(file, 7, body);
  putMessage(file, 8, encodeOpset("", versions[target].opset));
  if (onCpu(target)) putMessage(file, 8, encodeOpset("com.microsoft", 1));
  if (file.length > PROTOBUF_LIMIT) {
    throw new CompileError(
      "graph-invalid",
      `The model is ${(file.length / 2 ** 30).toFixed(1)} GB and a protobuf holds 2: pass externalBytes, such as 1024.`,
    );
  }
  return { model: finish(file), external: [...new Set(outside.values())] };
}
