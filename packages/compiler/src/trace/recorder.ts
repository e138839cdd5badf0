import { CompileError } from "../errors.js";
import type { Constant, ConstantData, KernelGraph, Node, Value, ValueType } from "../graph.js";
import { sameList } from "../layout.js";
import { asList, ruleOf } from "../lower.js";
import { constantOperand } from "../lowering.js";
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

export function createRecorder(): Recorder {
  const inputs: Value[] = [];
  const constants: Constant[] = [];
  const nodes: Node<unknown>[] = [];
  const values: Record<string, ValueType> = {};
  const known = new Map<string, ConstantData>();
  let count = 0;

  const traced = (name: string, { type, shape }: TensorType, madeBy: string): TracedValue => {
    values[name] = { type, shape };
    return { name, dtype: tensorDType(type), shape, madeBy };
  };
  const record = (
    kernel: string,
    sources: readonly (TracedValue | undefined)[],
    types: readonly TensorType[],
    attributes: object,
  ): TracedValue[] => {
    const outputs = types.map((type) => traced(`%${count++}`, type, kernel));
    nodes.push({
      op: kernel,
      domain: "tfjs",
      inputs: sources.map((source) => source?.name ?? ""),
      outputs: outputs.map(({ name }) => name),
      attributes: { ...attributes },
    });
    return outputs;
  };

  const recorder: Recorder = {
    input(value) {
      inputs.push(value);
      const shape = value.shape as readonly number[];
      const [cast] =
        value.type === "uint8"
          ? record(
              "Cast",
              [{ name: value.name, dtype: "int32", shape, madeBy: "" }],
              [{ type: "int32", shape }],
              { dtype: "int32" },
            )
          : [];
      return {
        ...(cast ?? traced(value.name, { type: value.type, shape }, "")),
        madeBy: `the input "${value.name}"`,
      };
    },
    constant(data, shape, type) {
      const splat = constantOperand({ data, shape, type });
      const fill = { shape: [...shape], dtype: type };
      const [filled] =
        splat.kind === "splat" && data.length > 1
          ? record("Fill", [], [{ type, shape }], { ...fill, value: splat.value })
          : [];
      const value = filled ?? traced(`#${count++}`, { type, shape }, "a constant");
      if (!filled) constants.push({ name: value.name, type, shape, data });
      known.set(value.name, data);
      return value;
    },
    kernel(kernel, named, attributes) {
      const sources = ordered(kernel, named);
      const types = sources.map((source) => source && { type: source.dtype, shape: source.shape });
      return record(
        kernel,
        sources,
        asList<TensorType>(ruleOf(kernel).infer(types, attributes)),
        attributes,
      );
    },
    reshaped(value, shape) {
      if (sameList(value.shape, shape)) return value;
      const type = { type: value.dtype, shape: [...shape] };
      const [made] = record("Reshape", [value], [type], { shape: [...shape] });
      const data = known.get(value.name);
      if (made && data) known.set(made.name, data);
      return made ?? value;
    },
    dataOf: (value) => known.get(value.name),
    graph(name, results) {
      const outputs = results.map(([output, { name: source, dtype, shape }]) => {
        nodes.push({
          op: "Identity",
          domain: "tfjs",
          inputs: [source],
          outputs: [output],
          attributes: {},
        });
        return { name: output, type: dtype, shape };
      });
      return { name, inputs, outputs, constants, nodes, values };
    },
  };
  return recorder;
}
