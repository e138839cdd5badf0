import { constantOperand } from "../constants.js";
import { CompileError } from "../errors.js";
import type { Constant, ConstantData, KernelGraph, Node, Value, ValueType } from "../graph.js";
import { sameList } from "../layout.js";
import { asList, ruleOf } from "../lower.js";
import type { TensorType } from "../rules/rule.js";

/** The types that tfjs tensors can have and a graph can carry. */
export type TensorDType = "float32" | "int32" | "bool";

export function tensorDType(dtype: string): TensorDType {
  if (dtype === "float32" || dtype === "int32" || dtype === "bool") return dtype;
  throw new CompileError(
    "input-invalid",
    `A ${dtype} tensor cannot be part of a compiled program: it carries float32, int32 and bool.`,
  );
}

/** What a tensor of the trace stands for. */
export type TracedValue = {
  readonly name: string;
  readonly dtype: TensorDType;
  readonly shape: readonly number[];
  /** The kernel or input it comes from, for people. */
  readonly madeBy: string;
};

type KernelInputs = Readonly<Record<string, TracedValue | undefined>>;

/** Takes down the kernels that a program runs, in order. */
export type Recorder = {
  input(value: Value): TracedValue;
  constant(data: ConstantData, shape: readonly number[], type: Constant["type"]): TracedValue;
  kernel(kernel: string, inputs: KernelInputs, attributes: object): TracedValue[];
  /** The same data under another shape, as tfjs backends share it. */
  reshaped(value: TracedValue, shape: readonly number[]): TracedValue;
  /** The data of a value that is known while tracing: a constant's. */
  dataOf(value: TracedValue): ConstantData | undefined;
  graph(name: string, outputs: readonly [string, TracedValue][]): KernelGraph;
};

/** The inputs in the rule's order; "" where the kernel left one out. */
function ordered(kernel: string, inputs: KernelInputs): (TracedValue | undefined)[] {
  const expected = ruleOf(kernel).inputs;
  if (expected === "list") return Object.values(inputs);
  const stray = Object.keys(inputs).find((name) => inputs[name] && !expected.includes(name));
  if (stray !== undefined) {
    throw new CompileError(
      "graph-invalid",
      `The kernel "${kernel}" was run with the input "${stray}"; its rule knows ${expected.join(", ")}: correct the call or the rule.`,
      { details: { kernel, input: stray } },
    );
  }
  return expected.map((name) => inputs[name]);
}

/** What has been taken down so far. */
type Tape = {
  readonly inputs: Value[];
  readonly constants: Constant[];
  readonly nodes: Node<unknown>[];
  readonly values: Record<string, ValueType>;
  /** Data of values that are known while tracing. */
  readonly known: Map<string, () => ConstantData>;
  count: number;
};

function traced(
  tape: Tape,
  name: string,
  { type, shape }: TensorType,
  madeBy: string,
): TracedValue {
  tape.values[name] = { type, shape };
  return { name, dtype: tensorDType(type), shape, madeBy };
}

type Call = {
  readonly op: string;
  readonly inputs: readonly (string | undefined)[];
  readonly attributes: object;
};

function record(tape: Tape, call: Call, types: readonly TensorType[]): TracedValue[] {
  const outputs = types.map((type) => traced(tape, `%${tape.count++}`, type, call.op));
  tape.nodes.push({
    op: call.op,
    domain: "tfjs",
    inputs: call.inputs.map((name) => name ?? ""),
    outputs: outputs.map(({ name }) => name),
    attributes: { ...call.attributes },
  });
  return outputs;
}

/** uint8 does not exist in tfjs: the program sees such an input as int32. */
function recordInput(tape: Tape, value: Value): TracedValue {
  const { name, type, shape } = value;
  const sizes = shape as readonly number[];
  const madeBy = `the input "${name}"`;
  tape.inputs.push(value);
  if (type !== "uint8") return traced(tape, name, { type, shape: sizes }, madeBy);
  const cast = { op: "Cast", inputs: [name], attributes: { dtype: "int32" } };
  const [seen] = record(tape, cast, [{ type: "int32", shape: sizes }]);
  return { ...(seen as TracedValue), madeBy };
}

const filled = (type: TensorType["type"], length: number, value: number): ConstantData => {
  if (type === "float32") return new Float32Array(length).fill(value);
  return type === "int32" ? new Int32Array(length).fill(value) : new Uint8Array(length).fill(value);
};

/** A tensor that one value fills is recorded as such, and its array is not kept. */
function recordConstant(tape: Tape, data: ConstantData, type: TensorType): TracedValue {
  const operand = constantOperand({ ...type, data });
  if (operand.kind === "splat" && data.length > 1) {
    const attributes = { shape: [...type.shape], dtype: type.type, value: operand.value };
    const [fill] = record(tape, { op: "Fill", inputs: [], attributes }, [type]);
    const { length } = data;
    tape.known.set((fill as TracedValue).name, () => filled(type.type, length, operand.value));
    return fill as TracedValue;
  }
  const value = traced(tape, `#${tape.count++}`, type, "a constant");
  tape.constants.push({ name: value.name, ...type, data });
  tape.known.set(value.name, () => data);
  return value;
}

function recordReshape(tape: Tape, value: TracedValue, sizes: readonly number[]): TracedValue {
  if (sameList(value.shape, sizes)) return value;
  const shape = [...sizes];
  const call = { op: "Reshape", inputs: [value.name], attributes: { shape } };
  const [made] = record(tape, call, [{ type: value.dtype, shape }]);
  const data = tape.known.get(value.name);
  if (data) tape.known.set((made as TracedValue).name, data);
  return made as TracedValue;
}

export function createRecorder(): Recorder {
  const tape: Tape = {
    inputs: [],
    constants: [],
    nodes: [],
    values: {},
    known: new Map(),
    count: 0,
  };
  return {
    input: (value) => recordInput(tape, value),
    constant: (data, shape, type) => recordConstant(tape, data, { type, shape }),
    kernel(kernel, named, attributes) {
      const sources = ordered(kernel, named);
      const types = sources.map((source) => source && { type: source.dtype, shape: source.shape });
      const inputs = sources.map((source) => source?.name);
      const outputs = asList<TensorType>(ruleOf(kernel).infer(types, attributes));
      return record(tape, { op: kernel, inputs, attributes }, outputs);
    },
    reshaped: (value, shape) => recordReshape(tape, value, shape),
    dataOf: (value) => tape.known.get(value.name)?.(),
    graph(name, results) {
      const outputs = results.map(([output, { name: source, dtype, shape }]) => {
        const call = { op: "Identity", domain: "tfjs", attributes: {} };
        tape.nodes.push({ ...call, inputs: [source], outputs: [output] });
        return { name: output, type: dtype, shape };
      });
      const { inputs, constants, nodes, values } = tape;
      return { name, inputs, outputs, constants, nodes, values };
    },
  };
}
