import { createConstantPool } from "./constants.js";
import type { Constant, Node, Target, ValueType } from "./graph.js";
import { identity, type Order, permute, sameLayout, sameList } from "./layout.js";
import type { Attributes, Lowering, Operand, TensorType } from "./rules/rule.js";

/** What a lowering has emitted so far. */
export type Emitted = {
  readonly nodes: Node[];
  readonly constants: Constant[];
  readonly values: Record<string, ValueType>;
};

const present = (attributes: Attributes): Node["attributes"] =>
  Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );

/** How a node's data is put into another physical order. */
function rearrange(context: Lowering, operand: Operand & { kind: "node" }, order: Order): string {
  if (sameList(operand.order, order)) return operand.name;
  if (sameLayout(operand.order, order, operand.shape)) {
    return context.emit("Reshape", [operand.name, context.ints(permute(operand.shape, order))]);
  }
  return context.emit("Transpose", [operand.name], {
    perm: order.map((axis) => operand.order.indexOf(axis)),
  });
}

/** What rules emit with; nodes, constants and what is known of values gather in `emitted`. */
export function createLowering(target: Target, emitted: Emitted): Lowering {
  const pool = createConstantPool(emitted.constants);
  let count = 0;
  const note = (name: string, { type, shape }: TensorType, order: Order): string => {
    emitted.values[name] ??= { type, shape: permute(shape, order) };
    return name;
  };
  const context: Lowering = {
    target,
    emit: (op, inputs, attributes, domain) =>
      context.emitMany(op, inputs, 1, attributes, domain)[0] as string,
    emitMany(op, inputs, outputs, attributes = {}, domain = "") {
      const names = Array.from({ length: outputs }, () => `%${count++}`);
      emitted.nodes.push({ op, domain, inputs, outputs: names, attributes: present(attributes) });
      return names;
    },
    ints: pool.ints,
    scalar: (value, type = "float32") => pool.scalar(value, type),
    constant: pool.add,
    place(operand, order = identity(operand.shape.length)) {
      if (operand.kind === "node") return note(rearrange(context, operand, order), operand, order);
      if (operand.kind === "constant") return pool.placed(operand, order);
      const one =
        operand.kind === "splat"
          ? pool.scalar(operand.value, operand.type)
          : context.place(operand.source, order);
      if (operand.shape.length === 0) return one;
      const shape = pool.ints(permute(operand.shape, order));
      return note(context.emit("Expand", [one, shape]), operand, order);
    },
    result(name, { type, shape }, order = identity(shape.length)) {
      note(name, { type, shape }, order);
      return { kind: "node", name, type, shape, order };
    },
  };
  return context;
}
