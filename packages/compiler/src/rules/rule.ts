/**
 * How a tfjs kernel becomes ONNX nodes.
 *
 * A rule has three parts. `inputs` lists the kernel's tensor inputs in the order in which the other
 * two parts receive them ("list" for kernels such as Concat that take an array). `infer` says type
 * and logical shape of each output; the trace runs on it. `lower` emits nodes and returns the
 * outputs, whose shapes must be the inferred ones.
 *
 * Layout. Shapes are logical: what tfjs sees (NHWC, HWIO). A value that nodes compute carries its
 * physical axis order beside them, so a transpose costs nothing and a convolution's result stays
 * NCHW. Ask for data in the order your operator wants, and say in which order you return it:
 *
 *   const x = context.place(input, NCHW);            // a Transpose only where the order differs
 *   const y = context.emit("Conv", [x, context.place(filter, OIHW)], { strides: [1, 1] });
 *   return context.result(y, output, NCHW);
 *
 * `context.place(v)` is row-major. Rules that do not care follow their operand: `place(v, v.order)`.
 * An operand may also be a constant (its data in `order` too), a splat (one value everywhere) or a
 * spread (a smaller operand that broadcasts to the shape). `place` turns each into a name; a rule may
 * look at `kind` for a cheaper form.
 */
import { CompileError } from "../errors.js";
import type { Attribute, ConstantData, ElementType, Target } from "../graph.js";
import type { Order } from "../layout.js";

/** Type and logical shape of one tensor. */
export type TensorType = { readonly type: ElementType; readonly shape: readonly number[] };

/** A tensor while it is lowered: what nodes compute, a constant, or repetitions of something smaller. */
export type Operand = TensorType &
  (
    | { readonly kind: "node"; readonly name: string; readonly order: Order }
    | { readonly kind: "constant"; readonly data: ConstantData; readonly order: Order }
    | { readonly kind: "splat"; readonly value: number; readonly order: Order }
    /** `source` has the same rank, and size 1 where it repeats. */
    | { readonly kind: "spread"; readonly source: Operand; readonly order: Order }
  );

export type Attributes = Readonly<Record<string, Attribute | undefined>>;

/** What a rule emits nodes with. */
export type Lowering = {
  readonly target: Target;
  /** Appends a node with one output and returns that output's name. `undefined` attributes are left out. */
  emit(op: string, inputs: readonly string[], attributes?: Attributes, domain?: string): string;
  /** As `emit`, with several outputs. */
  emitMany(
    op: string,
    inputs: readonly string[],
    outputs: number,
    attributes?: Attributes,
    domain?: string,
  ): string[];
  /** A constant list of int64, as shapes, axes and repeats are. */
  ints(values: readonly number[]): string;
  /** A constant of rank 0. Default float32. */
  scalar(value: number, type?: ElementType): string;
  constant(type: ElementType, shape: readonly number[], data: ConstantData): string;
  /** The name of the operand's data in the given physical order (default: row-major). */
  place(operand: Operand, order?: Order): string;
  /** The operand that `name` holds, laid out in `order` (default: row-major). */
  result(name: string, type: TensorType, order?: Order): Operand;
};

type Outputs<T> = T | readonly T[];

export type Rule = {
  readonly inputs: readonly string[] | "list";
  /** An input that the kernel left out is undefined. */
  infer(inputs: readonly (TensorType | undefined)[], attributes: object): Outputs<TensorType>;
  /** `outputs` is what `infer` said. */
  lower(
    context: Lowering,
    inputs: readonly (Operand | undefined)[],
    attributes: object,
    outputs: readonly TensorType[],
  ): Outputs<Operand>;
};

/** A rule whose attributes are typed; tfjs-core vouches for them, since it builds them. */
export function rule<A extends object>(definition: {
  inputs: readonly string[] | "list";
  infer(inputs: readonly (TensorType | undefined)[], attributes: A): Outputs<TensorType>;
  lower(
    context: Lowering,
    inputs: readonly (Operand | undefined)[],
    attributes: A,
    outputs: readonly TensorType[],
  ): Outputs<Operand>;
}): Rule {
  return {
    inputs: definition.inputs,
    infer: (inputs, attributes) => definition.infer(inputs, attributes as A),
    lower: (context, inputs, attributes, outputs) =>
      definition.lower(context, inputs, attributes as A, outputs),
  };
}

/** The operand or type at a place that the rule's `inputs` promises. */
export function at<T>(list: readonly (T | undefined)[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`No input ${index} in a list of ${list.length}.`);
  return item;
}

/** An attribute that a rule cannot honour, said with what the kernel takes instead. */
export function unsupported(
  kernel: string,
  attribute: string,
  value: unknown,
  instead: string,
): CompileError {
  return new CompileError(
    "attribute-unsupported",
    `The tfjs kernel "${kernel}" cannot be compiled with ${attribute} = ${JSON.stringify(value)}: ${instead}.`,
    { details: { kernel, attribute, value } },
  );
}
