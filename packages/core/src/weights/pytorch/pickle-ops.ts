import {
  type Machine,
  pop,
  popMark,
  popTuple,
  setItems,
  take,
  takeLine,
  takeNumber,
  takeText,
  top,
  topDict,
  topList,
} from "./pickle-machine.js";
import { isKind, type PickleDict, type PickleValue, quote } from "./value.js";

type Operation = (machine: Machine) => void;

/** Operations that push what they return. */
const pushes: Readonly<Record<number, (machine: Machine) => PickleValue>> = {
  // Constants
  78: () => null,
  136: () => true,
  137: () => false,
  // INT, LONG, FLOAT: protocol 0's lines
  73: (machine) => parseInteger(machine, takeLine(machine)),
  76: (machine) => parseInteger(machine, takeLine(machine).replace(/L$/, "")),
  70: (machine) => parseFloating(machine, takeLine(machine)),
  // BININT, BININT1, BININT2, LONG1, LONG4, BINFLOAT
  74: (machine) => takeNumber(machine, 4) | 0,
  75: (machine) => takeNumber(machine, 1),
  77: (machine) => takeNumber(machine, 2),
  138: (machine) => takeLong(machine, takeNumber(machine, 1)),
  139: (machine) => takeLong(machine, takeNumber(machine, 4)),
  71: (machine) => {
    const bytes = take(machine, 8);
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0);
  },
  // UNICODE, BINUNICODE, SHORT_BINUNICODE, BINUNICODE8; Python 2's BINSTRING and SHORT_BINSTRING
  86: (machine) => unescapeText(takeLine(machine)),
  88: (machine) => takeText(machine, takeNumber(machine, 4)),
  140: (machine) => takeText(machine, takeNumber(machine, 1)),
  141: (machine) => takeText(machine, takeNumber(machine, 8)),
  84: (machine) => takeText(machine, takeNumber(machine, 4)),
  85: (machine) => takeText(machine, takeNumber(machine, 1)),
  // BINBYTES, SHORT_BINBYTES, BINBYTES8, BYTEARRAY8
  66: (machine) => take(machine, takeNumber(machine, 4)),
  67: (machine) => take(machine, takeNumber(machine, 1)),
  142: (machine) => take(machine, takeNumber(machine, 8)),
  150: (machine) => take(machine, takeNumber(machine, 8)),
  // EMPTY_LIST, LIST, EMPTY_TUPLE, TUPLE, TUPLE1 to TUPLE3, EMPTY_DICT, DICT
  93: () => ({ kind: "list", items: [] }),
  108: (machine) => ({ kind: "list", items: popMark(machine) }),
  41: () => tuple([]),
  116: (machine) => tuple(popMark(machine)),
  133: (machine) => tuple([pop(machine)]),
  134: (machine) => tuple([pop(machine), pop(machine)].reverse()),
  135: (machine) => tuple([pop(machine), pop(machine), pop(machine)].reverse()),
  125: () => ({ kind: "dict", entries: new Map() }),
  100(machine) {
    const dict: PickleDict = { kind: "dict", entries: new Map() };
    setItems(machine, dict, popMark(machine));
    return dict;
  },
  // DUP; GET, BINGET, LONG_BINGET
  50: top,
  103: (machine) => recall(machine, Number(takeLine(machine))),
  104: (machine) => recall(machine, takeNumber(machine, 1)),
  106: (machine) => recall(machine, takeNumber(machine, 4)),
  // GLOBAL, STACK_GLOBAL
  99: (machine) => {
    const module = takeLine(machine);
    return machine.rules.global(`${module}.${takeLine(machine)}`);
  },
  147(machine) {
    const [name, module] = [pop(machine), pop(machine)];
    if (typeof name === "string" && typeof module === "string") {
      return machine.rules.global(`${module}.${name}`);
    }
    throw machine.rules.wrong("it names a Python object by something that is not text");
  },
  // REDUCE, NEWOBJ, INST, OBJ: a call, which only what may be called answers
  82: (machine) => callWith(machine, popTuple(machine).items),
  129: (machine) => callWith(machine, popTuple(machine).items),
  105(machine) {
    const module = takeLine(machine);
    const named = machine.rules.global(`${module}.${takeLine(machine)}`);
    return call(machine, named, popMark(machine));
  },
  111(machine) {
    const [named = null, ...args] = popMark(machine);
    return call(machine, named, args);
  },
  // BINPERSID
  81: (machine) => machine.rules.persistent(pop(machine)),
};

/** Operations that change the stack, the memo or a container. */
const changes: Readonly<Record<number, Operation>> = {
  // PROTO, FRAME
  128(machine) {
    const protocol = takeNumber(machine, 1);
    if (protocol > 5) throw machine.rules.wrong(`its pickle protocol is ${protocol}, above 5`);
  },
  149: (machine) => void takeNumber(machine, 8),
  // MARK, POP, POP_MARK
  40: ({ marks, stack }) => void marks.push(stack.length),
  48: (machine) => void pop(machine),
  49: (machine) => void popMark(machine),
  // PUT, BINPUT, LONG_BINPUT, MEMOIZE
  112: (machine) => void machine.memo.set(Number(takeLine(machine)), top(machine)),
  113: (machine) => void machine.memo.set(takeNumber(machine, 1), top(machine)),
  114: (machine) => void machine.memo.set(takeNumber(machine, 4), top(machine)),
  148: (machine) => void machine.memo.set(machine.memo.size, top(machine)),
  // APPEND, APPENDS, SETITEM, SETITEMS
  97(machine) {
    const item = pop(machine);
    topList(machine).items.push(item);
  },
  101(machine) {
    const items = popMark(machine);
    const list = topList(machine);
    for (const item of items) list.items.push(item);
  },
  115(machine) {
    const [value, key] = [pop(machine), pop(machine)];
    setItems(machine, topDict(machine), [key, value]);
  },
  117(machine) {
    const items = popMark(machine);
    setItems(machine, topDict(machine), items);
  },
  // BUILD: the attributes of a dict, such as a state dict's _metadata, are no weights.
  98(machine) {
    pop(machine);
    topDict(machine);
  },
};

export const operations: ReadonlyMap<number, Operation> = new Map([
  ...Object.entries(changes).map(([code, change]) => [Number(code), change] as const),
  ...Object.entries(pushes).map(([code, make]) => {
    const push: Operation = (machine) => void machine.stack.push(make(machine));
    return [Number(code), push] as const;
  }),
]);

const tuple = (items: PickleValue[]): PickleValue => ({ kind: "tuple", items });

const callWith = (machine: Machine, args: readonly PickleValue[]): PickleValue =>
  call(machine, pop(machine), args);

function call(machine: Machine, named: PickleValue, args: readonly PickleValue[]): PickleValue {
  if (isKind(named, "global") && named.call) return named.call(args);
  throw machine.rules.wrong("it asks to call something that can't be called");
}

function recall(machine: Machine, index: number): PickleValue {
  const value = machine.memo.get(index);
  if (value === undefined) throw machine.rules.wrong(`it recalls memo ${index}, which is not set`);
  return value;
}

/** The longest integer: the format's magic number takes 10 bytes. */
const longestInteger = 64;

/** Little-endian two's complement; a number where that is exact. */
function takeLong(machine: Machine, length: number): number | bigint {
  if (length > longestInteger) throw machine.rules.wrong(`it has an integer of ${length} bytes`);
  let value = 0n;
  for (const byte of take(machine, length).slice().reverse()) value = (value << 8n) | BigInt(byte);
  return exact(BigInt.asIntN(8 * length, value));
}

function parseInteger(machine: Machine, line: string): number | bigint | boolean {
  if (line === "00" || line === "01") return line === "01";
  if (!/^-?\d{1,150}$/.test(line)) throw machine.rules.wrong(`${quote(line)} is not an integer`);
  return exact(BigInt(line));
}

function parseFloating(machine: Machine, line: string): number {
  const special = { inf: Infinity, "-inf": -Infinity, nan: Number.NaN }[line];
  const value = special ?? Number(line);
  if (special !== undefined || (line.trim() !== "" && !Number.isNaN(value))) return value;
  throw machine.rules.wrong(`${quote(line)} is not a number`);
}

const exact = (value: bigint): number | bigint =>
  Number.isSafeInteger(Number(value)) ? Number(value) : value;

/** Python's raw-unicode-escape. */
const unescapeText = (line: string): string =>
  line.replace(/\\u([0-9a-fA-F]{4})|\\U(000[0-9a-fA-F]{5}|0010[0-9a-fA-F]{4})/g, (_, short, long) =>
    String.fromCodePoint(Number.parseInt(short ?? long, 16)),
  );
