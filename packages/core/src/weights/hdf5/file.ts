import { type BytesView, viewBytes } from "../bytes-view.js";
import { corrupt } from "../corrupt.js";
import type { ByteSource } from "../store.js";
import type { TextHeap } from "./text-heap.js";

/** An open HDF5 file: pieces of it by address, every one within the file and within the budget. */
export type Hdf5File = {
  readonly name: string;
  readonly size: number;
  /** A piece of structure, not of data. Throws `weights-corrupt`. */
  block(address: number, length: number): Promise<BytesView>;
  wrong(why: string, cause?: unknown): Error;
  /** Heaps of texts that were met, by address. */
  readonly textHeaps: Map<number, TextHeap>;
};

/** Structure lies between the arrays in small pieces, so neighbours are read together. */
const pageBytes = 64 * 1024;
const keptPages = 64;

/** What walking through a file may take. Keras's largest models need a tenth of it. */
const mostBlocks = 200_000;
const mostBytes = 256 * 2 ** 20;

export async function openHdf5File(source: ByteSource): Promise<Hdf5File> {
  const size = await source.size();
  const wrong = (why: string, cause?: unknown): Error => corrupt(source.name, why, {}, cause);
  const read = pagedReader(source, size);
  let [blocks, bytes] = [0, 0];
  return {
    name: source.name,
    size,
    wrong,
    textHeaps: new Map(),
    async block(address, length) {
      blocks += 1;
      bytes += length;
      if (!(address >= 0 && length >= 0 && address + length <= size)) {
        throw wrong(
          `it points to ${length} bytes at ${address}, and the file has ${size}: it is cut short or damaged`,
        );
      }
      if (blocks > mostBlocks || bytes > mostBytes) {
        throw wrong("its structure goes on without end, or is far larger than any model's");
      }
      const piece = await read(address, length);
      return viewBytes(piece, (at) => {
        throw wrong(`a structure at ${address} ends before byte ${at} of it`);
      });
    },
  };
}

/** Reads through a few pages that are kept; what is larger than a page is read by itself. */
function pagedReader(
  source: ByteSource,
  size: number,
): (address: number, length: number) => Promise<Uint8Array> {
  const pages = new Map<number, Promise<Uint8Array>>();
  const page = (index: number): Promise<Uint8Array> => {
    const kept = pages.get(index);
    if (kept) return kept;
    const start = index * pageBytes;
    const fresh = source.read(start, Math.min(size, start + pageBytes));
    pages.set(index, fresh);
    const [oldest] = pages.keys();
    if (pages.size > keptPages && oldest !== undefined) pages.delete(oldest);
    return fresh;
  };
  return async (address, length) => {
    if (length > pageBytes) return source.read(address, address + length);
    const [first, last] = [address, address + length - 1].map((at) => Math.floor(at / pageBytes));
    const offset = address - first! * pageBytes;
    const head = await page(first!);
    if (length === 0 || first === last) return head.subarray(offset, offset + length);
    const bytes = new Uint8Array(length);
    bytes.set(head.subarray(offset));
    bytes.set(
      (await page(last!)).subarray(0, length - (head.length - offset)),
      head.length - offset,
    );
    return bytes;
  };
}

/** The address that means "nowhere"; `u64` reads it as Infinity. */
export const isNowhere = (address: number): boolean => address === Number.POSITIVE_INFINITY;

const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** True for the first bytes of an HDF5 file. */
const isHdf5 = (first: Uint8Array): boolean =>
  first.length >= 8 && signature.every((byte, at) => first[at] === byte);

/** Address of the root group's object header, from the superblock (versions 0 to 3). */
export async function rootAddress(file: Hdf5File): Promise<number> {
  const head = await file.block(0, Math.min(96, file.size));
  if (!isHdf5(head.slice(0, Math.min(8, head.length)))) {
    throw file.wrong("it does not begin as an HDF5 file does");
  }
  const version = head.u8(8);
  if (version > 3) throw file.wrong(`its superblock has the unknown version ${version}`);
  const old = version < 2;
  const sizes = old ? [head.u8(13), head.u8(14)] : [head.u8(9), head.u8(10)];
  if (sizes.some((bytes) => bytes !== 8)) {
    throw file.wrong(`its addresses and lengths take ${sizes.join(" and ")} bytes, not 8`);
  }
  const base = old ? 24 + (version === 1 ? 4 : 0) : 12;
  const end = head.u64(base + 16);
  if (head.u64(base) !== 0) throw file.wrong("its addresses do not count from the file's start");
  if (end > file.size) {
    throw file.wrong(`it is cut short: it should have ${end} bytes and has ${file.size}`);
  }
  return head.u64(old ? base + 40 : base + 24);
}
