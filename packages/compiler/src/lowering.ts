import type { Constant, ConstantData, ElementType, Node, Target, ValueType } from "./graph.js";
import {
  identity,
  isIdentity,
  type Order,
  permute,
  sameLayout,
  sizeOf,
  transposeData,
} from "./layout.js";
import type { Attributes, Lowering, Operand } from "./rules/rule.js";

/** What a lowering has emitted so far. */
export type Emitted = {
  readonly nodes: Node[];
  readonly constants: Constant[];
  readonly values: Record<string, ValueType>;
};

const scalarData: Partial<Record<ElementType, (value: number) => ConstantData>> = {
  float32: (value) => Float32Array.of(value),
  float64: (value) => Float64Array.of(value),
  int64: (value) => BigInt64Array.of(BigInt(value)),
  int32: (value) => Int32Array.of(value),
  uint8: (value) => Uint8Array.of(value),
  bool: (value) => Uint8Array.of(value === 0 ? 0 : 1),
};

/** One element of the given type, such as float32 and 1. */
export function scalarOf(type: ElementType, value: number): ConstantData {
  const make = scalarData[type];
  if (make === undefined) throw new RangeError(`No scalar constant of type ${type}.`);
  return make(value);
}

const present = (attributes: Attributes): Node["attributes"] =>
  Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );

/** How a node's data is put into another physical order. */
function rearrange(context: Lowering, operand: Operand & { kind: "node" }, order: Order): string {
  if (sameLayout(operand.order, order, operand.shape)) {
    const same = operand.order.every((axis, index) => axis === order[index]);
    if (same) return operand.name;
    return context.emit("Reshape", [operand.name, context.ints(permute(operand.shape, order))]);
  }
  return context.emit("Transpose", [operand.name], {
    perm: order.map((axis) => operand.order.indexOf(axis)),
  });
}

/** What rules emit with; the nodes gather in `emitted`. */
export function createLowering(target: Target, emitted: Emitted): Lowering {
  const shared = new Map<string, string>();
  const transposed = new Map<ConstantData, Map<string, string>>();
  let count = 0;
  const fresh = (prefix: string) => `${prefix}${count++}`;

  const constant = (type: ElementType, shape: readonly number[], data: ConstantData): string => {
    const name = fresh("#");
    emitted.constants.push({ name, type, shape, data });
    return name;
  };
  const once = (key: string, make: () => string): string => {
    const name = shared.get(key) ?? make();
    shared.set(key, name);
    return name;
  };
  const placeConstant = (operand: Operand & { kind: "constant" }, order: Order): string => {
    const key = `${order.join()}|${operand.shape.join()}`;
    const names = transposed.get(operand.data) ?? new Map<string, string>();
    transposed.set(operand.data, names);
    const { type, shape, data } = operand;
    const name =
      names.get(key) ??
      constant(
        type,
        permute(shape, order),
        isIdentity(order) ? data : transposeData(data, shape, order),
      );
    names.set(key, name);
    return name;
  };

  const context: Lowering = {
    target,
    emit: (op, inputs, attributes, domain) =>
      context.emitMany(op, inputs, 1, attributes, domain)[0] as string,
    emitMany(op, inputs, outputs, attributes = {}, domain = "") {
      const names = Array.from({ length: outputs }, () => fresh("%"));
      emitted.nodes.push({ op, domain, inputs, outputs: names, attributes: present(attributes) });
      return names;
    },
    ints: (values) =>
      once(`ints ${values.join()}`, () =>
        constant("int64", [values.length], BigInt64Array.from(values, BigInt)),
      ),
    scalar: (value, type = "float32") =>
      once(`${type} ${Object.is(value, -0) ? "-0" : value}`, () =>
        constant(type, [], scalarOf(type, value)),
      ),
    constant,
    place(operand, order = identity(operand.shape.length)) {
      if (operand.kind === "node") return note(rearrange(context, operand, order), operand, order);
      if (operand.kind === "constant") return placeConstant(operand, order);
      const scalar = context.scalar(operand.value, operand.type);
      const shape = permute(operand.shape, order);
      if (shape.length === 0) return scalar;
      return note(context.emit("Expand", [scalar, context.ints(shape)]), operand, order);
    },
    result(name, { type, shape }, order = identity(shape.length)) {
      note(name, { type, shape }, order);
      return { kind: "node", name, type, shape, order };
    },
  };
  const note = (
    name: string,
    { type, shape }: { type: ElementType; shape: readonly number[] },
    order: Order,
  ): string => {
    emitted.values[name] ??= { type, shape: permute(shape, order) };
    return name;
  };
  return context;
}

/** A constant as rules see it: a splat where one value fills it. */
export function constantOperand(constant: Omit<Constant, "name">): Operand {
  const { type, shape, data } = constant;
  const order = identity(shape.length);
  const first = data[0];
  const one = sizeOf(shape) > 0 && data.every((value: number | bigint) => Object.is(value, first));
  if (one) return { kind: "splat", type, shape, order, value: Number(first) };
  return { kind: "constant", type, shape, order, data };
}
