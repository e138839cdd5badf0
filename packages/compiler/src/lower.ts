import { constantOperand } from "./constants.js";
import { CompileError } from "./errors.js";
import type { Graph, KernelGraph, Node, Target, Value, ValueType } from "./graph.js";
import { identity, sameList } from "./layout.js";
import { createLowering, type Emitted } from "./lowering.js";
import { castTo } from "./rules/cast.js";
import { rules } from "./rules/index.js";
import type { Lowering, Operand, Rule, TensorType } from "./rules/rule.js";

/** Sizes of a traced graph are numbers; only `unify` makes expressions. */
function numbers(value: ValueType & { name?: string }): number[] {
  return value.shape.map((dim) => {
    if (typeof dim === "number") return dim;
    throw new CompileError(
      "graph-invalid",
      `The size "${dim}" of ${value.name ?? "a value"} is an expression: lower graphs first, unify them afterwards.`,
    );
  });
}

export const asList = <T>(one: T | readonly T[]): readonly T[] =>
  Array.isArray(one) ? one : [one as T];

export function ruleOf(kernel: string): Rule {
  const rule = rules[kernel];
  if (rule !== undefined) return rule;
  throw new CompileError(
    "kernel-unknown",
    `No rule lowers the tfjs kernel "${kernel}". Write the program with other operations, or add a rule to the compiler's rules/.`,
    { details: { kernel } },
  );
}

function lowerNode(context: Lowering, node: Node<unknown>, held: Map<string, Operand>): void {
  const rule = ruleOf(node.op);
  const inputs = node.inputs.map((name) => held.get(name));
  const outputs = asList<TensorType>(rule.infer(inputs, node.attributes));
  const lowered = asList<Operand>(rule.lower(context, inputs, node.attributes, outputs));
  node.outputs.forEach((name, index) => {
    const [said, made] = [outputs[index], lowered[index]];
    if (!said || !made || said.type !== made.type || !sameList(said.shape, made.shape)) {
      throw new CompileError(
        "graph-invalid",
        `The rule of ${node.op} promised ${describe(said)} as output ${index} and made ${describe(made)}: correct the rule.`,
        { details: { kernel: node.op, output: index } },
      );
    }
    held.set(name, made);
  });
}

const describe = (value: TensorType | undefined): string =>
  value ? `${value.type}[${value.shape.join(",")}]` : "nothing";

/** Portable graphs take and give int64 where tfjs has int32, as transformers.js feeds its ids. */
const borderType = (value: ValueType, target: Target): ValueType["type"] =>
  target === "portable" && value.type === "int32" ? "int64" : value.type;

function lowerInput(context: Lowering, input: Value): [Value, Operand] {
  const shape = numbers(input);
  const type = borderType(input, context.target);
  const operand = context.result(input.name, { type, shape }, identity(shape.length));
  return [{ name: input.name, type, shape }, castTo(context, operand, input.type)];
}

/** Outputs get their names from Identity nodes, which the passes take away again. */
function lowerOutput(context: Lowering, output: Value, operand: Operand): [Value, Node] {
  const type = borderType(output, context.target);
  const source = context.place(castTo(context, operand, type));
  return [
    { name: output.name, type, shape: operand.shape },
    { op: "Identity", domain: "", inputs: [source], outputs: [output.name], attributes: {} },
  ];
}

/**
 * Turns a traced graph, whose nodes are tfjs kernels, into one whose nodes are ONNX operators.
 * Portable graphs have int64 inputs and outputs where the program has int32.
 * Throws "kernel-unknown" and "attribute-unsupported".
 */
export function lower(traced: KernelGraph, options: { target: Target }): Graph {
  const { target } = options;
  const emitted: Emitted = { nodes: [], constants: [], values: {} };
  const context = createLowering(target, emitted);
  const held = new Map<string, Operand>();
  const inputs = traced.inputs.map((input) => {
    const [value, operand] = lowerInput(context, input);
    held.set(input.name, operand);
    return value;
  });
  for (const constant of traced.constants) held.set(constant.name, constantOperand(constant));
  for (const node of traced.nodes) lowerNode(context, node, held);
  const outputs = traced.outputs.map((output) => {
    const [value, node] = lowerOutput(context, output, held.get(output.name) as Operand);
    emitted.nodes.push(node);
    return value;
  });
  return { name: traced.name, inputs, outputs, ...emitted };
}
