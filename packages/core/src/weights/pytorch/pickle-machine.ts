import { type BytesView, viewBytes } from "../bytes-view.js";
import {
  isKind,
  type PickleDict,
  type PickleList,
  type PickleTuple,
  type PickleValue,
} from "./value.js";

/** What the pickles of one format may refer to. All throw what is wrong. */
export type PickleRules = {
  /** What a name in Python stands for; refuses all that it does not know, by name. */
  global(name: string): PickleValue;
  /** What a persistent id stands for. */
  persistent(id: PickleValue): PickleValue;
  wrong(why: string): Error;
};

/** The state of a pickle being read: a position, a stack with marks, and a memo. */
export type Machine = {
  readonly rules: PickleRules;
  readonly view: BytesView;
  readonly stack: PickleValue[];
  readonly marks: number[];
  readonly memo: Map<number, PickleValue>;
  at: number;
};

/** The pickle goes on beyond the bytes at hand: there may be more of the file. */
export const cutShort = Symbol("cut short");

export function createMachine(bytes: Uint8Array, start: number, rules: PickleRules): Machine {
  const view = viewBytes(bytes, () => {
    throw cutShort;
  });
  return { rules, view, stack: [], marks: [], memo: new Map(), at: start };
}

/** The next `length` bytes, not copied. */
export function take(machine: Machine, length: number): Uint8Array {
  const bytes = machine.view.slice(machine.at, length);
  machine.at += length;
  return bytes;
}

/** A little-endian unsigned number of 1, 2, 4 or 8 bytes. */
export function takeNumber(machine: Machine, width: 1 | 2 | 4 | 8): number {
  const { view, at } = machine;
  machine.at += width;
  if (width === 1) return view.u8(at);
  if (width === 2) return view.u16(at);
  return width === 4 ? view.u32(at) : view.u64(at);
}

/** Latin-1 text up to the next newline. */
export function takeLine(machine: Machine): string {
  const { view } = machine;
  let end = machine.at;
  while (view.u8(end) !== 0x0a) end++;
  const line = take(machine, end - machine.at);
  machine.at++;
  return new TextDecoder("latin1").decode(line);
}

export function takeText(machine: Machine, length: number): string {
  const bytes = take(machine, length);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw machine.rules.wrong("it holds text that is not UTF-8");
  }
}

/** Nothing below the last mark can be taken. */
export function pop(machine: Machine): PickleValue {
  const { stack, marks, rules } = machine;
  const floor = marks.at(-1) ?? 0;
  const value = stack.length > floor ? stack.pop() : undefined;
  if (value === undefined) throw rules.wrong("it takes more from its stack than is there");
  return value;
}

export function top(machine: Machine): PickleValue {
  const value = pop(machine);
  machine.stack.push(value);
  return value;
}

/** All values above the last mark, which goes too. */
export function popMark(machine: Machine): PickleValue[] {
  const mark = machine.marks.pop();
  if (mark === undefined) throw machine.rules.wrong("it has no mark where it needs one");
  return machine.stack.splice(mark);
}

export function popTuple(machine: Machine): PickleTuple {
  const value = pop(machine);
  if (isKind(value, "tuple")) return value;
  throw machine.rules.wrong("it calls something without a tuple of arguments");
}

export function topList(machine: Machine): PickleList {
  const value = top(machine);
  if (isKind(value, "list")) return value;
  throw machine.rules.wrong("it appends to something that is not a list");
}

export function topDict(machine: Machine): PickleDict {
  const value = top(machine);
  if (isKind(value, "dict")) return value;
  throw machine.rules.wrong("it sets items of something that is not a dict");
}

export function setItems(machine: Machine, dict: PickleDict, items: readonly PickleValue[]): void {
  if (items.length % 2 !== 0) throw machine.rules.wrong("it has a dict key without a value");
  for (let i = 0; i < items.length; i += 2) {
    dict.entries.set(items[i] ?? null, items[i + 1] ?? null);
  }
}
