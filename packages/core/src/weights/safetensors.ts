import { corrupt } from "./corrupt.js";
import { allocate, bytesOf, dtypeBytes, sizeOf, viewTensor } from "./dtype.js";
import type { HostTensor, Weights } from "./host-tensor.js";
import {
  codes,
  headerLength,
  parseHeader,
  type SafetensorsHeader,
  type TensorEntry,
} from "./safetensors-header.js";

export type ReadSafetensorsOptions = {
  /** What to call the file in errors. Default "(memory)". */
  file?: string;
  /** Put each array on a SharedArrayBuffer, which a worker reads without a copy. Default false. */
  shared?: boolean;
};

/**
 * Reads a whole safetensors file from memory; arrays are copies and keep their dtype.
 * Throws `weights-corrupt`, naming the file and the tensor, for anything but a well-formed file.
 */
export function readSafetensors(
  bytes: Uint8Array,
  options: ReadSafetensorsOptions = {},
): { weights: Weights; metadata: Readonly<Record<string, string>> } {
  const { file = "(memory)", shared = false } = options;
  const { tensors, metadata } = readHeader(bytes, file);
  const weights = tensors.map((entry) => {
    const data = bytes.subarray(entry.start, entry.end);
    return [entry.name, decodeTensor(entry, data, { file, shared })] as const;
  });
  return { weights: Object.fromEntries(weights), metadata };
}

function readHeader(bytes: Uint8Array, file: string): SafetensorsHeader {
  const input = { file, fileBytes: bytes.length };
  const length = headerLength(bytes, input);
  return parseHeader(bytes.subarray(8, 8 + length), input);
}

/** One array from a copy of the bytes that its entry names. */
export function decodeTensor(
  entry: TensorEntry,
  bytes: Uint8Array,
  options: { file: string; shared: boolean },
): HostTensor {
  const copy = new Uint8Array(allocate(bytes.length, options.shared));
  copy.set(bytes);
  return adoptTensor(entry, copy, options.file);
}

/** One array over the bytes that its entry names, which begin their buffer and become its own. */
export function adoptTensor(entry: TensorEntry, bytes: Uint8Array, file: string): HostTensor {
  const { name, dtype, shape, start, end } = entry;
  if (bytes.length !== end - start) {
    throw corrupt(
      file,
      `it is cut short: tensor "${name}" takes ${end - start} bytes and ${bytes.length} came`,
      { tensor: name, expected: end - start, actual: bytes.length },
    );
  }
  const tensor = viewTensor(dtype, shape, bytes.buffer, bytes.byteOffset);
  if (tensor.dtype === "bool" && tensor.data.some((value) => value > 1)) {
    throw corrupt(file, `tensor "${name}" is bool and holds bytes other than 0 and 1`, {
      tensor: name,
    });
  }
  return tensor;
}

/**
 * A safetensors file as parts to be written one after the other: the header, then each array without
 * a copy. Arrays are ordered by alignment, then by name, as the reference implementation orders them.
 */
export function encodeSafetensors(
  weights: Weights,
  metadata: Readonly<Record<string, string>> = {},
): readonly Uint8Array[] {
  const entries = Object.entries(weights).sort(
    ([a, left], [b, right]) =>
      dtypeBytes[right.dtype] - dtypeBytes[left.dtype] || (a < b ? -1 : a > b ? 1 : 0),
  );
  let position = 0;
  const described = entries.map(([name, tensor]) => {
    const start = position;
    position += sizeOf(tensor.shape) * dtypeBytes[tensor.dtype];
    if (position - start !== tensor.data.byteLength) {
      throw corrupt("(to be written)", `tensor "${name}" has a shape that is not its data's size`);
    }
    const entry = {
      dtype: codes[tensor.dtype],
      shape: tensor.shape,
      data_offsets: [start, position],
    };
    return [name, entry] as const;
  });
  const named = Object.keys(metadata).length > 0 ? [["__metadata__", metadata] as const] : [];
  const json = JSON.stringify(Object.fromEntries<unknown>([...named, ...described]));
  return [encodeHeader(json), ...entries.map(([, tensor]) => bytesOf(tensor))];
}

/** The header is padded with spaces to a multiple of 8, so that arrays lie aligned in the file. */
function encodeHeader(json: string): Uint8Array {
  const text = new TextEncoder().encode(json);
  const length = Math.ceil(text.length / 8) * 8;
  const header = new Uint8Array(8 + length).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(text, 8);
  return header;
}

/** A safetensors file in one piece; `encodeSafetensors` spares the copy. */
export function writeSafetensors(
  weights: Weights,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const parts = encodeSafetensors(weights, metadata);
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let position = 0;
  for (const part of parts) {
    bytes.set(part, position);
    position += part.length;
  }
  return bytes;
}
