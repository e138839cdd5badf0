import { CompileError } from "../errors.js";
import type { Node } from "../graph.js";

/** An attribute as TensorFlow's GraphDef has it in JSON. */
export type GraphAttribute =
  | { readonly i: string }
  | { readonly f: number }
  | { readonly b: boolean }
  | { readonly s: string }
  | { readonly type: string }
  | { readonly shape: { readonly dim: readonly { readonly size: string }[] } }
  | { readonly list: { readonly i: readonly string[] } };

export type GraphOperation = {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly attributes?: Readonly<Record<string, GraphAttribute>>;
};

/** What a rule may add on the way to its last operation. */
export type GraphWriter = {
  /** A list of int32; the value's name. */
  ints(values: readonly number[], shape?: readonly number[]): string;
  /** One int32, of no axes. */
  int(value: number): string;
  float(value: number): string;
  /** One more operation; its output's name. */
  emit(operation: GraphOperation): string;
};

type Operation = (node: Node<unknown>, writer: GraphWriter) => GraphOperation;

export const dataType = { float32: "DT_FLOAT", int32: "DT_INT32", bool: "DT_BOOL" } as const;

const attribute = <T>(node: Node<unknown>, name: string): T => node.attributes[name] as T;
const list = (values: readonly number[]): GraphAttribute => ({ list: { i: values.map(String) } });
const text = (value: string): GraphAttribute => ({ s: btoa(value) });
const truth = (b: boolean): GraphAttribute => ({ b });

const plain =
  (op: string): Operation =>
  ({ inputs }) => ({ op, inputs });

/** A reduction over axes that tfjs has as an attribute and TensorFlow as an input. */
const reduction =
  (op: string): Operation =>
  (node, writer) => {
    const axis = attribute<number | readonly number[]>(
      node,
      node.op === "Max" ? "reductionIndices" : "axis",
    );
    const axes = writer.ints(typeof axis === "number" ? [axis] : axis);
    const keep = truth(attribute<boolean | undefined>(node, "keepDims") ?? false);
    return { op, inputs: [...node.inputs, axes], attributes: { keep_dims: keep } };
  };

type Pair = number | readonly [number, number];
type Pad = "same" | "valid" | number | readonly (readonly [number, number])[];

const pair = (value: Pair): readonly [number, number] =>
  typeof value === "number" ? [value, value] : value;
const spatial = (value: Pair): GraphAttribute => list([1, ...pair(value), 1]);

const sides = (pad: Exclude<Pad, "same" | "valid">): readonly number[] =>
  typeof pad === "number" ? [0, 0, pad, pad, pad, pad, 0, 0] : pad.flat();

const convolution =
  (op: string): Operation =>
  (node) => {
    const pad = attribute<Pad>(node, "pad");
    const padding: Readonly<Record<string, GraphAttribute>> =
      pad === "same" || pad === "valid"
        ? { padding: text(pad.toUpperCase()) }
        : { padding: text("EXPLICIT"), explicit_paddings: list(sides(pad)) };
    const attributes = {
      strides: spatial(attribute<Pair>(node, "strides")),
      dilations: spatial(attribute<Pair | undefined>(node, "dilations") ?? 1),
      data_format: text("NHWC"),
      ...padding,
    };
    return { op, inputs: node.inputs, attributes };
  };

/** The lowest float32: padding that is never the largest. */
const LOWEST = -3.4028234663852886e38;

/** tfjs's readers know no padding of a pool in numbers: it becomes an operation of its own. */
const pool =
  (op: string): Operation =>
  (node, writer) => {
    const pad = attribute<Pad>(node, "pad");
    const attributes = {
      ksize: spatial(attribute<Pair>(node, "filterSize")),
      strides: spatial(attribute<Pair>(node, "strides")),
      padding: text(pad === "same" ? "SAME" : "VALID"),
    };
    const around = pad === "same" || pad === "valid" ? [] : sides(pad);
    if (around.every((count) => count === 0)) return { op, inputs: node.inputs, attributes };
    if (op !== "MaxPool") throw unsupported(node, "a padding of an average in numbers");
    const inputs = [...node.inputs, writer.ints(around, [4, 2]), writer.float(LOWEST)];
    return { op, inputs: [writer.emit({ op: "PadV2", inputs })], attributes };
  };

const unsupported = (node: Node<unknown>, what: string): CompileError =>
  new CompileError(
    "attribute-unsupported",
    `A tfjs graph model has no way to say ${what}, which the kernel "${node.op}" has here.`,
    { details: { kernel: node.op } },
  );

const same = Object.fromEntries(
  ["Sub", "Maximum", "Minimum", "Relu", "Relu6", "Elu", "Sqrt", "Rsqrt", "Square", "Exp", "Log"]
    .concat(["Neg", "Abs", "Tanh", "Sigmoid", "Identity", "RealDiv"])
    .map((kernel) => [kernel, plain(kernel)]),
);

/** tfjs's kernels as the TensorFlow operations that its own reader turns into them again. */
const operations: Readonly<Record<string, Operation>> = {
  ...same,
  Add: plain("AddV2"),
  Multiply: plain("Mul"),
  LeakyRelu: (node) => ({
    op: "LeakyRelu",
    inputs: node.inputs,
    attributes: { alpha: { f: attribute<number>(node, "alpha") } },
  }),
  Softmax: plain("Softmax"),
  Cast: (node) => ({
    op: "Cast",
    inputs: node.inputs,
    attributes: { DstT: { type: dataType[attribute<keyof typeof dataType>(node, "dtype")] } },
  }),
  Reshape: (node, writer) => ({
    op: "Reshape",
    inputs: [...node.inputs, writer.ints(attribute<number[]>(node, "shape"))],
  }),
  Transpose: (node, writer) => ({
    op: "Transpose",
    inputs: [...node.inputs, writer.ints(attribute<number[]>(node, "perm"))],
  }),
  Slice: (node, writer) => ({
    op: "Slice",
    inputs: [
      ...node.inputs,
      writer.ints(attribute<number[]>(node, "begin")),
      writer.ints(attribute<number[]>(node, "size")),
    ],
  }),
  Concat: (node, writer) => ({
    op: "ConcatV2",
    inputs: [...node.inputs, writer.int(attribute<number>(node, "axis"))],
    attributes: { N: { i: String(node.inputs.length) } },
  }),
  SplitV: (node, writer) => {
    const parts = attribute<number | number[]>(node, "numOrSizeSplits");
    const axis = writer.int(attribute<number>(node, "axis"));
    const count = { num_split: { i: String(node.outputs.length) } };
    if (typeof parts === "number")
      return { op: "Split", inputs: [axis, ...node.inputs], attributes: count };
    return { op: "SplitV", inputs: [...node.inputs, writer.ints(parts), axis], attributes: count };
  },
  PadV2: (node, writer) => {
    const paddings = attribute<[number, number][]>(node, "paddings");
    const around = writer.ints(paddings.flat(), [paddings.length, 2]);
    const value = writer.float(attribute<number>(node, "constantValue"));
    return { op: "PadV2", inputs: [...node.inputs, around, value] };
  },
  Mean: reduction("Mean"),
  Max: reduction("Max"),
  Sum: reduction("Sum"),
  BatchMatMul: (node) => ({
    op: "BatchMatMulV2",
    inputs: node.inputs,
    attributes: {
      adj_x: truth(attribute<boolean>(node, "transposeA")),
      adj_y: truth(attribute<boolean>(node, "transposeB")),
    },
  }),
  Conv2D: convolution("Conv2D"),
  DepthwiseConv2dNative: convolution("DepthwiseConv2dNative"),
  MaxPool: pool("MaxPool"),
  AvgPool: pool("AvgPool"),
};

export function operationOf(node: Node<unknown>, writer: GraphWriter): GraphOperation {
  const operation = operations[node.op];
  if (operation) return operation(node, writer);
  throw new CompileError(
    "kernel-unknown",
    `No operation of a tfjs graph model stands for the kernel "${node.op}" yet: add one to the compiler's tfjs/operations.`,
    { details: { kernel: node.op } },
  );
}
