import { expect, test } from "vitest";
import { isGraftError } from "../../errors.js";
import { corrupt } from "../corrupt.js";
import { torchGlobal, torchStorage } from "./globals.js";
import { unpickle } from "./pickle.js";
import { isKind, type PickleValue } from "./value.js";

const file = "a.pth";
const rules = {
  global: (name: string) => torchGlobal(name, file),
  persistent: (id: PickleValue) => torchStorage(id, file),
  wrong: (why: string) => corrupt(file, why),
};

/** Opcodes and text as Latin-1: "\x80\x02" is protocol 2. */
const read = (text: string) =>
  unpickle(
    Uint8Array.from(text, (character) => character.charCodeAt(0)),
    0,
    rules,
  );

/** Lists, tuples and dicts as arrays and entries. */
function plain(value: PickleValue | undefined): unknown {
  if (isKind(value, "list") || isKind(value, "tuple")) return value.items.map(plain);
  if (isKind(value, "dict")) return [...value.entries].map(([k, v]) => [plain(k), plain(v)]);
  return value;
}

test.each<[string, unknown]>([
  ["\x80\x02K\x07.", 7],
  ["J\xfe\xff\xff\xff.", -2],
  ["M\x01\x02.", 513],
  ["\x8a\x00.", 0],
  ["\x8a\x01\xff.", -1],
  ["\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x00\x01.", 2n ** 64n],
  ["\x8b\x02\x00\x00\x00\x00\x80.", -32768],
  ["G\x3f\xf8\x00\x00\x00\x00\x00\x00.", 1.5],
  ["I01\n.", true],
  ["I-12\n.", -12],
  ["L123456789012345678901L\n.", 123456789012345678901n],
  ["F-2.5\n.", -2.5],
  ["Finf\n.", Infinity],
  ["Vh\\u00e4\n.", "hä"],
  ["X\x03\x00\x00\x00h\xc3\xa4.", "hä"],
  ["\x8c\x01a.", "a"],
  ["U\x02ab.", "ab"],
  ["C\x02\x00\xff.", Uint8Array.of(0, 255)],
  ["]K\x01a(K\x02K\x03e.", [1, 2, 3]],
  ["(K\x01K\x02l.", [1, 2]],
  ["K\x01K\x02K\x03\x87.", [1, 2, 3]],
  ["(K\x01K\x02t.", [1, 2]],
  [
    "}U\x01aK\x01s(U\x01bK\x02u.",
    [
      ["a", 1],
      ["b", 2],
    ],
  ],
  ["(U\x01aK\x01d.", [["a", 1]]],
  ["]q\x00h\x000K\x05.", 5],
  ["K\x05\x940h\x00.", 5],
  ["(K\x091K\x03.", 3],
  ["K\x042\x86.", [4, 4]],
  ["ccollections\nOrderedDict\n)R}U\x09_metadataNsb.", []],
  ["ccollections\nOrderedDict\n]](U\x01aK\x01ea\x85R.", [["a", 1]]],
  ["(icollections\nOrderedDict\n.", []],
  ["(ccollections\nOrderedDict\no.", []],
  ["\x8c\x0bcollections\x8c\x0bOrderedDict\x93)\x81.", []],
  ["c_codecs\nencode\nX\x02\x00\x00\x00\xc3\xbfU\x06latin1\x86R.", Uint8Array.of(255)],
])("%j", (text, expected) => {
  expect(plain(read(text)?.value)).toEqual(expected);
});

test("a list may hold itself", () => {
  const value = read("]q\x00h\x00a.")?.value;
  expect(isKind(value, "list") && value.items[0] === value).toBe(true);
});

test.each([
  ["cposix\nsystem\nU\x02ls\x85R.", "posix.system"],
  ["\x8c\x05posix\x8c\x06system\x93\x8c\x02ls\x85R.", "posix.system"],
  ["(iposix\nsystem\n.", "posix.system"],
  ["(cbuiltins\neval\nU\x011o.", "builtins.eval"],
  ["c__builtin__\ngetattr\n.", "__builtin__.getattr"],
  ["ctorch\nload\n.", "torch.load"],
  ["ctorch\n__proto__\n.", "torch.__proto__"],
  ["c\nconstructor\n.", ".constructor"],
  ["ctorch._utils\n_rebuild_sparse_tensor\n.", "torch._utils._rebuild_sparse_tensor"],
])("a pickle that asks for an object is refused by its name: %j", (text, name) => {
  let caught: unknown;
  try {
    read(text);
  } catch (error) {
    caught = error;
  }
  expect(isGraftError(caught, "weights-refused") && caught.details.name).toBe(name);
});

test.each([
  ["\x80\x06.", "its pickle protocol is 6"],
  [".", "takes more from its stack"],
  ["(.", "takes more from its stack"],
  ["K\x01(.", "takes more from its stack"],
  ["t.", "it has no mark"],
  ["K\x01K\x02a.", "something that is not a list"],
  ["]K\x02K\x03s.", "something that is not a dict"],
  ["}(K\x01u.", "a dict key without a value"],
  ["h\x07.", "it recalls memo 7"],
  ["K\x01)R.", "can't be called"],
  ["ctorch\nFloatStorage\n)R.", "can't be called"],
  ["ccollections\nOrderedDict\nK\x01R.", "without a tuple of arguments"],
  ["ccollections\nOrderedDict\nK\x01\x85R.", "where a tuple or list belongs"],
  ["K\x01}b.", "sets items of something that is not a dict"],
  ["X\x01\x00\x00\x00\xff.", "text that is not UTF-8"],
  ["\x8b\xff\x00\x00\x00.", "an integer of 255 bytes"],
  ["I12x\n.", '"12x" is not an integer'],
  ["Fabc\n.", '"abc" is not a number'],
  ["Pid\n.", "the operation PERSID (0x50), which no tensor needs"],
  ["\x8f.", "the operation EMPTY_SET"],
  ["\xfe.", "the operation 0xfe, which does not exist"],
  ["K\x01Q.", "in a way that torch.save does not"],
  ["U\x06moduleK\x01\x86Q.", 'it refers to a "module"'],
])("a broken pickle is refused: %j", (text, why) => {
  expect(() => read(text)).toThrow(why);
});

test("a pickle that goes on beyond its bytes is not there yet", () => {
  for (const text of [
    "K",
    "X\xff\xff\xff\xff",
    "\x8d\xff\xff\xff\xff\xff\xff\xff\xff",
    "cposix",
    "K\x01",
  ]) {
    expect(read(text)).toBeUndefined();
  }
});

/** A tensor of four float32 numbers with this offset, shape and strides. */
const tensor = (offset: string, shape: string, strides: string): string => {
  const id = "(U\x07storagectorch\nFloatStorage\nU\x010U\x03cpuK\x04tQ";
  return `ctorch._utils\n_rebuild_tensor\n(${id}${offset}(${shape}t(${strides}ttR.`;
};

test.each([
  ["offset beyond", tensor("K\x04", "K\x01", "K\x01"), "reaches element 5"],
  ["shape beyond", tensor("K\x00", "K\x05", "K\x01"), "reaches element 5"],
  ["stride beyond", tensor("K\x00", "K\x02", "K\x04"), "reaches element 5"],
  ["repeated a billion times", tensor("K\x00", "J\x00\x00\x00\x40", "K\x00"), "takes 1073741824"],
  [
    "sizes that overflow",
    tensor("K\x00", "J\xff\xff\xff\x7f".repeat(3), "K\x00K\x00K\x00"),
    "takes",
  ],
  ["negative stride", tensor("K\x00", "K\x01", "J\xff\xff\xff\xff"), "valid shape and strides"],
  ["negative offset", tensor("J\xff\xff\xff\xff", "K\x01", "K\x01"), "valid offset"],
  ["ranks that differ", tensor("K\x00", "K\x01K\x01", "K\x01"), "valid shape and strides"],
  ["rank of 65", tensor("K\x00", "K\x01".repeat(65), "K\x01".repeat(65)), "valid shape"],
  ["no number", tensor("N", "K\x01", "K\x01"), "valid offset"],
])("out-of-range tensors are refused: %s", (_, text, why) => {
  expect(() => read(text)).toThrow(why);
});

test("a tensor within its storage is a view of it", () => {
  const value = read(tensor("K\x01", "K\x03", "K\x01"))?.value;
  expect(value).toMatchObject({ kind: "tensor", dtype: "float32", shape: [3], offset: 1 });
});
