import type { Constant, ConstantData, ElementType } from "./graph.js";
import { identity, type Order, permute, sameLayout, sizeOf, transposeData } from "./layout.js";
import type { Operand } from "./rules/rule.js";

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

/** A constant as rules see it: a splat where one value fills it. */
export function constantOperand(constant: Omit<Constant, "name">): Operand {
  const { type, shape, data } = constant;
  const order = identity(shape.length);
  const first = data[0];
  const one = sizeOf(shape) > 0 && data.every((value: number | bigint) => Object.is(value, first));
  if (one) return { kind: "splat", type, shape, order, value: Number(first) };
  return { kind: "constant", type, shape, order, data };
}

/** The constants of a graph under construction; equal lists, scalars and layouts are made once. */
export type ConstantPool = {
  add(type: ElementType, shape: readonly number[], data: ConstantData): string;
  ints(values: readonly number[]): string;
  scalar(value: number, type: ElementType): string;
  /** The name of a constant operand's data in the given order. */
  placed(operand: Operand & { kind: "constant" }, order: Order): string;
};

export function createConstantPool(constants: Constant[]): ConstantPool {
  const shared = new Map<string, string>();
  const memories = new Map<ConstantData, number>();
  const add: ConstantPool["add"] = (type, shape, data) => {
    const name = `#${constants.length}`;
    constants.push({ name, type, shape, data });
    return name;
  };
  const once = (key: string, make: () => string): string => {
    const name = shared.get(key) ?? make();
    shared.set(key, name);
    return name;
  };
  return {
    add,
    ints: (values) =>
      once(`ints ${values.join()}`, () =>
        add("int64", [values.length], BigInt64Array.from(values, BigInt)),
      ),
    scalar: (value, type) =>
      once(`${type} ${Object.is(value, -0) ? "-0" : value}`, () =>
        add(type, [], scalarOf(type, value)),
      ),
    placed({ type, shape, data, order: stored }, order) {
      if (!memories.has(data)) memories.set(data, memories.size);
      const move = order.map((axis) => stored.indexOf(axis));
      const sizes = permute(shape, order);
      return once(`memory ${memories.get(data)} ${sizes.join()} ${move.join()}`, () => {
        const moved = !sameLayout(stored, order, shape);
        return add(type, sizes, moved ? transposeData(data, permute(shape, stored), move) : data);
      });
    },
  };
}
