import type { Hdf5File } from "./file.js";

/** Where the texts of one heap lie in the file, by their numbers. */
export type TextHeap = ReadonlyMap<number, { readonly start: number; readonly size: number }>;

/** The heap at an address: read once, however many texts of it are asked for. */
export async function readTextHeap(file: Hdf5File, address: number): Promise<TextHeap> {
  const known = file.textHeaps.get(address);
  if (known) return known;
  const head = await file.block(address, 16);
  if (head.u32(0) !== 0x4c4f4347) throw file.wrong(`there is no heap of texts at ${address}`);
  const texts = new Map<number, { start: number; size: number }>();
  const end = head.u64(8);
  for (let at = 16; at + 16 <= end; ) {
    const entry = await file.block(address + at, 16);
    const [index, size] = [entry.u16(0), entry.u64(8)];
    // Number 0 is the space that is left.
    if (index === 0) break;
    texts.set(index, { start: address + at + 16, size });
    at += 16 + Math.ceil(size / 8) * 8;
  }
  file.textHeaps.set(address, texts);
  return texts;
}
