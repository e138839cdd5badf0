import { corrupt } from "./corrupt.js";
import { dtypeBytes, sizeOf } from "./dtype.js";
import type { DType } from "./host-tensor.js";

/** Where one array lies: bytes from the start of the file. */
export type TensorEntry = {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
};

export type SafetensorsHeader = {
  readonly tensors: readonly TensorEntry[];
  readonly metadata: Readonly<Record<string, string>>;
};

/** The format's names of the element types. */
export const codes: Readonly<Record<DType, string>> = {
  float64: "F64",
  float32: "F32",
  float16: "F16",
  bfloat16: "BF16",
  int64: "I64",
  uint64: "U64",
  int32: "I32",
  uint32: "U32",
  int16: "I16",
  uint16: "U16",
  int8: "I8",
  uint8: "U8",
  bool: "BOOL",
};

const dtypes = new Map(
  Object.entries(codes).map(([dtype, code]) => [code, dtype as DType] as const),
);

/** The format's own bound; it also keeps a wrong length from asking for all memory. */
const largestHeader = 100_000_000;

/** Bytes of the JSON header, from the first 8 bytes of the file. */
export function headerLength(
  first: Uint8Array,
  input: { file: string; fileBytes: number },
): number {
  const { file, fileBytes } = input;
  if (fileBytes < 8 || first.length < 8) {
    throw corrupt(file, `it has ${fileBytes} bytes, and a header length alone takes 8`);
  }
  const view = new DataView(first.buffer, first.byteOffset, 8);
  const length = Number(view.getBigUint64(0, true));
  if (length > largestHeader || 8 + length > fileBytes) {
    throw corrupt(
      file,
      `its header should take ${length} bytes and the whole file has ${fileBytes}`,
      { expected: 8 + length, actual: fileBytes },
    );
  }
  return length;
}

/** Checks everything that a header says before a byte of data is touched. Throws `weights-corrupt`. */
export function parseHeader(
  bytes: Uint8Array,
  input: { file: string; fileBytes: number },
): SafetensorsHeader {
  const { file, fileBytes } = input;
  const { __metadata__: metadata = {}, ...rest } = parseJson(bytes, file);
  const notes = parseMetadata(file, metadata);
  const dataStart = 8 + bytes.length;
  const tensors = Object.entries(rest)
    .map(([name, entry]) => parseEntry(file, name, entry, dataStart))
    .sort((a, b) => a.start - b.start || a.end - b.end);
  checkContiguous(file, tensors, dataStart, fileBytes);
  return { tensors, metadata: notes };
}

function parseJson(bytes: Uint8Array, file: string): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw corrupt(file, "its header is not JSON", {}, cause);
  }
  if (!isRecord(json)) throw corrupt(file, "its header is not a JSON object");
  return json;
}

function parseMetadata(file: string, metadata: unknown): Readonly<Record<string, string>> {
  if (!isRecord(metadata)) throw corrupt(file, "its metadata is not a JSON object");
  return Object.fromEntries(
    Object.entries(metadata).map(([key, value]) => {
      if (typeof value === "string") return [key, value];
      throw corrupt(file, `its metadata "${key}" is not a string`);
    }),
  );
}

function parseEntry(file: string, name: string, entry: unknown, dataStart: number): TensorEntry {
  if (!isRecord(entry)) throw corrupt(file, `the entry of tensor "${name}" is not a JSON object`);
  const dtype = typeof entry.dtype === "string" ? dtypes.get(entry.dtype) : undefined;
  if (dtype === undefined) {
    throw corrupt(file, `tensor "${name}" has the unknown dtype ${JSON.stringify(entry.dtype)}`);
  }
  const { shape, data_offsets: offsets } = entry;
  if (!isCounts(shape)) throw corrupt(file, `tensor "${name}" has no valid shape`);
  if (!isCounts(offsets) || offsets.length !== 2) {
    throw corrupt(file, `tensor "${name}" has no valid data_offsets`);
  }
  const [start = 0, end = 0] = offsets;
  const expected = sizeOf(shape) * dtypeBytes[dtype];
  if (end - start !== expected) {
    throw corrupt(
      file,
      `tensor "${name}" (${dtype} [${shape.join(", ")}]) takes ${expected} bytes and its offsets span ${end - start}`,
      { tensor: name, expected, actual: end - start },
    );
  }
  return { name, dtype, shape, start: dataStart + start, end: dataStart + end };
}

function checkContiguous(
  file: string,
  tensors: readonly TensorEntry[],
  dataStart: number,
  fileBytes: number,
): void {
  let position = dataStart;
  for (const { name, start, end } of tensors) {
    if (start !== position) {
      const what = start < position ? "overlaps the one before it" : "leaves a hole before it";
      throw corrupt(file, `tensor "${name}" ${what}: it starts at byte ${start}, not ${position}`, {
        tensor: name,
        expected: position,
        actual: start,
      });
    }
    if (end > fileBytes) {
      throw corrupt(
        file,
        `it is cut short: tensor "${name}" ends at byte ${end} and the file has ${fileBytes}`,
        { tensor: name, expected: end, actual: fileBytes },
      );
    }
    position = end;
  }
  if (position !== fileBytes) {
    throw corrupt(
      file,
      `its tensors end at byte ${position} and the file goes on to ${fileBytes}`,
      { expected: position, actual: fileBytes },
    );
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
