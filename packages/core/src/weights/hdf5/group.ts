import type { BytesView } from "../bytes-view.js";
import { type Hdf5File, isNowhere } from "./file.js";
import { kinds, type Message, unsigned } from "./object.js";

/** Names in a group and the objects' addresses. */
export type Links = ReadonlyMap<string, number>;

/** True for a group's header; anything else is an array or a type. */
export const isGroup = (messages: readonly Message[]): boolean =>
  messages.some(
    ({ kind }) => kind === kinds.symbolTable || kind === kinds.linkInfo || kind === kinds.link,
  );

/**
 * What a group holds. Links to other names and to other files are refused, and so are groups in the
 * form that HDF5's newest files take for many members, which h5py writes only when asked to.
 */
export async function readGroup(file: Hdf5File, messages: readonly Message[]): Promise<Links> {
  const links = new Map<string, number>();
  const add = (name: string, address: number): void => {
    if (links.has(name)) throw file.wrong(`a group holds "${name}" twice`);
    links.set(name, address);
  };
  for (const { kind, view } of messages) {
    if (kind === kinds.symbolTable) {
      const names = await readHeap(file, view.u64(8));
      await readTree(file, { address: view.u64(0), names, add });
    } else if (kind === kinds.link) {
      const { name, address } = parseLink(file, view);
      add(name, address);
    } else if (kind === kinds.linkInfo) refuseHeap(file, view);
  }
  return links;
}

function refuseHeap(file: Hdf5File, view: BytesView): void {
  const heap = view.u64(view.u8(1) & 1 ? 10 : 2);
  if (!isNowhere(heap)) throw file.wrong("a group keeps its links in a heap, which is not read");
}

type Walk = { names: BytesView; add: (name: string, address: number) => void };

/** The B-tree of a group; `level` is known for all nodes but the root, so there can be no circle. */
async function readTree(
  file: Hdf5File,
  walk: Walk & { address: number; level?: number },
): Promise<void> {
  const { address, names, add } = walk;
  const head = await file.block(address, 24);
  const [level, count] = [head.u8(5), head.u16(6)];
  if (head.u32(0) !== 0x45455254 || head.u8(4) !== 0 || level !== (walk.level ?? level)) {
    throw file.wrong(`there is no group's tree at ${address}`);
  }
  const entries = await file.block(address + 24, 8 + 16 * count);
  for (let index = 0; index < count; index++) {
    const child = entries.u64(8 + 16 * index);
    if (level > 0) await readTree(file, { names, add, address: child, level: level - 1 });
    else await readSymbols(file, { names, add }, child);
  }
}

async function readSymbols(file: Hdf5File, walk: Walk, address: number): Promise<void> {
  const head = await file.block(address, 8);
  if (head.u32(0) !== 0x444f4e53) throw file.wrong(`there is no group's symbols at ${address}`);
  const count = head.u16(6);
  const entries = await file.block(address + 8, 40 * count);
  for (let index = 0; index < count; index++) {
    const at = 40 * index;
    const name = textUpToZero(file, walk.names, entries.u64(at));
    if (entries.u32(at + 16) === 2) {
      throw file.wrong(`"${name}" is a link to another name, which is not followed`);
    }
    walk.add(name, entries.u64(at + 8));
  }
}

async function readHeap(file: Hdf5File, address: number): Promise<BytesView> {
  const head = await file.block(address, 32);
  if (head.u32(0) !== 0x50414548) throw file.wrong(`there is no group's names at ${address}`);
  return file.block(head.u64(24), head.u64(8));
}

/** In bytes; it also keeps the search for a name's end short. */
const longestName = 1024;

function textUpToZero(file: Hdf5File, view: BytesView, start: number): string {
  if (start >= view.length) throw file.wrong("a group's name lies outside its names");
  const rest = view.slice(start, Math.min(longestName, view.length - start));
  const length = rest.indexOf(0);
  if (length < 0) throw file.wrong("a group's name has no end");
  return decodeText(file, rest.subarray(0, length));
}

function parseLink(file: Hdf5File, view: BytesView): { name: string; address: number } {
  const flags = view.u8(1);
  let at = 2;
  const type = flags & 0x08 ? view.u8(at++) : 0;
  if (flags & 0x04) at += 8;
  if (flags & 0x10) at += 1;
  const width = 2 ** (flags & 3);
  const length = unsigned(view, at, width);
  const name = decodeText(file, view.slice(at + width, length));
  if (type !== 0) throw file.wrong(`"${name}" is a link to elsewhere, which is not followed`);
  return { name, address: view.u64(at + width + length) };
}

export function decodeText(file: Hdf5File, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw file.wrong("a name in it is not UTF-8", cause);
  }
}
