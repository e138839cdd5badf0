import { createMachine, cutShort, type PickleRules, pop } from "./pickle-machine.js";
import { operations } from "./pickle-ops.js";
import type { PickleValue } from "./value.js";

/** A pickle's value and where its bytes end, or undefined where they go on beyond `bytes`. */
export type Unpickled = { readonly value: PickleValue; readonly end: number };

const stop = 0x2e;

/**
 * Reads one Python pickle (protocols 0 to 5) as data. Nothing is looked up or run: a name stands for
 * what `rules` makes of it, and an operation that is not in the table is refused.
 */
export function unpickle(
  bytes: Uint8Array,
  start: number,
  rules: PickleRules,
): Unpickled | undefined {
  const machine = createMachine(bytes, start, rules);
  try {
    for (;;) {
      const code = machine.view.u8(machine.at++);
      if (code === stop) return { value: pop(machine), end: machine.at };
      const operation = operations.get(code);
      if (!operation) throw rules.wrong(`its pickle has the operation ${describe(code)}`);
      operation(machine);
    }
  } catch (error) {
    if (error === cutShort) return undefined;
    throw error;
  }
}

const refused: Readonly<Record<number, string>> = {
  80: "PERSID",
  83: "STRING",
  130: "EXT1",
  131: "EXT2",
  132: "EXT4",
  143: "EMPTY_SET",
  144: "ADDITEMS",
  145: "FROZENSET",
  146: "NEWOBJ_EX",
  151: "NEXT_BUFFER",
  152: "READONLY_BUFFER",
};

const describe = (code: number): string => {
  const hex = `0x${code.toString(16).padStart(2, "0")}`;
  const name = refused[code];
  return name ? `${name} (${hex}), which no tensor needs` : `${hex}, which does not exist`;
};
