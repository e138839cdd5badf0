import { corrupt } from "../corrupt.js";
import { dtypeBytes, sizeOf } from "../dtype.js";
import type { HostTensor } from "../host-tensor.js";
import { decodeTensor } from "../safetensors.js";
import { type ByteSource, missing, once, type TensorInfo, type WeightStore } from "../store.js";
import { gather } from "../strided.js";
import { openZip, type Zip } from "../zip.js";
import { type NpyHeader, npyHeaderLength, parseNpyHeader } from "./npy-header.js";

const suffix = ".npy";

/**
 * Arrays of np.savez and np.savez_compressed, each entry "NAME.npy" under its NAME; Fortran order and
 * big-endian numbers are put right. Arrays of objects are refused. Throws `weights-corrupt`.
 */
export function npzStore(
  source: ByteSource,
  options: { /** Arrays on SharedArrayBuffers. Default false. */ shared?: boolean } = {},
): WeightStore {
  const { shared = false } = options;
  const opened = once(async () => {
    const zip = await openZip(source);
    const names = [...zip.entries.keys()].map((entry) => {
      if (entry.endsWith(suffix)) return entry.slice(0, -suffix.length);
      throw corrupt(source.name, `its entry ${JSON.stringify(entry)} is not an .npy file`);
    });
    return { zip, names: new Set(names) };
  });
  const infos = once(async () => {
    const { zip, names } = await opened();
    const found: [string, TensorInfo][] = [];
    for (const name of names) {
      const { dtype, shape } = await readHeader(source, zip, name + suffix);
      found.push([name, { dtype, shape }]);
    }
    return Object.fromEntries(found);
  });
  return {
    name: source.name,
    list: infos,
    async get(name) {
      const { zip, names } = await opened();
      if (!names.has(name)) missing(source.name, name);
      const entry = name + suffix;
      const bytes = await zip.read(entry);
      const file = `${source.name}/${entry}`;
      const header = parseNpyHeader(bytes, { file, fileBytes: bytes.length });
      return decode(header, bytes.subarray(header.dataStart), { name, file, shared });
    },
  };
}

async function readHeader(source: ByteSource, zip: Zip, entry: string): Promise<NpyHeader> {
  const file = `${source.name}/${entry}`;
  const range = await zip.range(entry);
  if (!range) {
    const bytes = await zip.read(entry);
    return parseNpyHeader(bytes, { file, fileBytes: bytes.length });
  }
  const { start, end } = range;
  const first = await source.read(start, Math.min(end, start + 12));
  const length = npyHeaderLength(first, file);
  const bytes = await source.read(start, Math.min(end, start + length));
  return parseNpyHeader(bytes, { file, fileBytes: end - start });
}

function decode(
  { dtype, shape, isFortran, isBigEndian }: NpyHeader,
  bytes: Uint8Array,
  { name, file, shared }: { name: string; file: string; shared: boolean },
): HostTensor {
  const ordered = isBigEndian ? swapped(bytes, dtypeBytes[dtype]) : bytes;
  const isTurned = isFortran && shape.length > 1 && sizeOf(shape) > 0;
  const strides = shape.map((_, axis) => sizeOf(shape.slice(0, axis)));
  const plain = isTurned
    ? new Uint8Array(gather({ dtype, shape, strides }, ordered, false).data.buffer)
    : ordered;
  return decodeTensor({ name, dtype, shape, start: 0, end: plain.length }, plain, { file, shared });
}

/** A copy with the bytes of each element in reverse. */
function swapped(bytes: Uint8Array, width: number): Uint8Array {
  const copy = bytes.slice();
  for (let start = 0; start < copy.length; start += width) {
    copy.subarray(start, start + width).reverse();
  }
  return copy;
}
