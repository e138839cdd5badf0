import type { BytesView } from "../bytes-view.js";
import { dtypeBytes } from "../dtype.js";
import type { DType } from "../host-tensor.js";
import type { Hdf5File } from "./file.js";

/** What an element is: a number that can be read, text, or something else that is named. */
export type Hdf5Type =
  | { readonly kind: "number"; readonly dtype: DType; readonly size: number }
  | { readonly kind: "text" | "text-elsewhere" | "opaque"; readonly size: number }
  | { readonly kind: "other"; readonly size: number; readonly what: string };

const classNames = [
  "an unusual whole number",
  "an unusual floating-point number",
  "a time",
  "a text",
  "a bit field",
  "opaque",
  "a compound",
  "a reference",
  "an enumeration",
  "a list of any length",
  "an array",
];

/** Reads a datatype message (versions 1 to 3). */
export function parseType(view: BytesView): Hdf5Type {
  const number = view.u8(0) & 0x0f;
  const bits = view.u8(1) | (view.u8(2) << 8);
  const size = view.u32(4);
  const dtype = numberType(view, { number, bits, size });
  if (dtype && dtypeBytes[dtype] === size) return { kind: "number", dtype, size };
  if (number === 3) return { kind: "text", size };
  if (number === 5) return { kind: "opaque", size };
  if (number === 9 && (bits & 0x0f) === 1) return { kind: "text-elsewhere", size };
  return { kind: "other", size, what: classNames[number] ?? `of the unknown class ${number}` };
}

function numberType(
  view: BytesView,
  { number, bits, size }: { number: number; bits: number; size: number },
): DType | undefined {
  // numpy's bool is an enumeration of one byte.
  if (number === 8) return size === 1 ? "bool" : undefined;
  const bigEndian = (bits & 1) !== 0;
  if ((number !== 0 && number !== 1) || bigEndian) return undefined;
  const whole = view.u16(8) === 0 && view.u16(10) === 8 * size;
  if (!whole) return undefined;
  if (number === 0) return integers[`${bits & 8 ? "int" : "uint"}${8 * size}`];
  return floats[`${view.u8(13)}+${view.u8(15)}`];
}

const integers: Readonly<Record<string, DType>> = {
  int8: "int8",
  uint8: "uint8",
  int16: "int16",
  uint16: "uint16",
  int32: "int32",
  uint32: "uint32",
  int64: "int64",
  uint64: "uint64",
};

/** By the bits of exponent and fraction. */
const floats: Readonly<Record<string, DType>> = {
  "5+10": "float16",
  "8+7": "bfloat16",
  "8+23": "float32",
  "11+52": "float64",
};

/** Sizes of a dataspace message (versions 1 and 2); undefined for an array that has no elements. */
export function parseShape(file: Hdf5File, view: BytesView): readonly number[] | undefined {
  const [version, rank] = [view.u8(0), view.u8(1)];
  if ((version !== 1 && version !== 2) || rank > 32) {
    throw file.wrong(`it has an array of version ${version} with ${rank} axes`);
  }
  if (version === 2 && view.u8(3) === 2) return undefined;
  const start = version === 1 ? 8 : 4;
  return Array.from({ length: rank }, (_, axis) => view.u64(start + 8 * axis));
}
