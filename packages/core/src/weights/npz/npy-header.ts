import { corrupt } from "../corrupt.js";
import { dtypeBytes, sizeOf } from "../dtype.js";
import type { DType } from "../host-tensor.js";

/** What an .npy file says about its array; `dataStart` is where the elements begin. */
export type NpyHeader = {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly isFortran: boolean;
  readonly isBigEndian: boolean;
  readonly dataStart: number;
};

/** NumPy's codes without the byte order. */
const dtypes: Readonly<Record<string, DType>> = {
  f8: "float64",
  f4: "float32",
  f2: "float16",
  i8: "int64",
  u8: "uint64",
  i4: "int32",
  u4: "uint32",
  i2: "int16",
  u2: "uint16",
  i1: "int8",
  u1: "uint8",
  b1: "bool",
};

/** The format's first version counts in 16 bits; no header of one array needs more. */
const largestHeader = 0xffff;

const highestRank = 64;

const magic = "\x93NUMPY";

/** Bytes up to the elements, from the first 12 bytes of the file (fewer in version 1). */
export function npyHeaderLength(first: Uint8Array, file: string): number {
  const isNpy = [...magic].every((character, i) => first[i] === character.charCodeAt(0));
  const version = first[6] ?? 0;
  if (!isNpy || version < 1 || version > 3) {
    throw corrupt(file, "it does not begin as an .npy file of version 1, 2 or 3");
  }
  const width = version === 1 ? 2 : 4;
  if (first.length < 8 + width) throw corrupt(file, "it is cut short within its header");
  const view = new DataView(first.buffer, first.byteOffset);
  const length = width === 2 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length <= largestHeader) return 8 + width + length;
  throw corrupt(file, `its header takes ${length} bytes, and the limit is ${largestHeader}`);
}

/** Checks a header against the size of its file. Throws `weights-corrupt`. */
export function parseNpyHeader(
  bytes: Uint8Array,
  input: { file: string; fileBytes: number },
): NpyHeader {
  const { file, fileBytes } = input;
  const dataStart = npyHeaderLength(bytes, file);
  if (bytes.length < dataStart) throw corrupt(file, "it is cut short within its header");
  const textStart = bytes[6] === 1 ? 10 : 12;
  const text = new TextDecoder("latin1").decode(bytes.subarray(textStart, dataStart));
  const { descr, fortranOrder, shape } = parseDict(text, file);
  const { dtype, isBigEndian } = parseDescr(descr, file);
  const expected = sizeOf(shape) * dtypeBytes[dtype];
  if (dataStart + expected !== fileBytes) {
    throw corrupt(
      file,
      `${dtype} [${shape.join(", ")}] takes ${expected} bytes and ${fileBytes - dataStart} follow its header`,
      { expected, actual: fileBytes - dataStart },
    );
  }
  return { dtype, shape, isFortran: fortranOrder, isBigEndian, dataStart };
}

type Fields = { descr: string; fortranOrder: boolean; shape: readonly number[] };

/** The literal of a Python dict with just these three keys. */
function parseDict(text: string, file: string): Fields {
  const invalid = (): Error =>
    corrupt(file, `its header ${JSON.stringify(text.slice(0, 120))} is not valid`);
  const found = parseItems(text, invalid);
  const [descr, order, shape] = ["descr", "fortran_order", "shape"].map((key) => found.get(key));
  if (found.size !== 3 || descr === undefined || !shape?.startsWith("(")) throw invalid();
  if (order !== "True" && order !== "False") throw invalid();
  const sizes = [...shape.matchAll(/\d+/g)].map(([digits]) => Number(digits));
  if (sizes.length > highestRank || !sizes.every(Number.isSafeInteger)) throw invalid();
  return { descr: descr.replace(/^'|'$/g, ""), fortranOrder: order === "True", shape: sizes };
}

function parseItems(text: string, invalid: () => Error): ReadonlyMap<string, string> {
  const [, inner] = /^\{([^{}]*)\}\s*$/.exec(text) ?? [];
  if (inner === undefined) throw invalid();
  const item = /\s*'(\w{1,20})'\s*:\s*('[^']*'|\w{1,10}|\([\d,\sL]*\)|\[[^\]]*\])\s*(?:,|$)/y;
  const found = new Map<string, string>();
  const end = inner.trimEnd().length;
  while (item.lastIndex < end) {
    const [, key, value] = item.exec(inner) ?? [];
    if (key === undefined || value === undefined || found.has(key)) throw invalid();
    found.set(key, value);
  }
  return found;
}

function parseDescr(descr: string, file: string): { dtype: DType; isBigEndian: boolean } {
  const code = descr.replace(/^[<>|=]/, "");
  const dtype = Object.hasOwn(dtypes, code) ? dtypes[code] : undefined;
  if (dtype) return { dtype, isBigEndian: descr.startsWith(">") };
  const what = code.startsWith("O")
    ? "holds Python objects, which only a pickle could make and which are never read"
    : `has the dtype ${JSON.stringify(descr.slice(0, 80))}, which is none of numbers`;
  throw corrupt(file, `its array ${what}`);
}
