import type { BytesView } from "../bytes-view.js";
import type { Hdf5File } from "./file.js";

/** One fact about an object: its kind as the format numbers them, and its bytes. */
export type Message = { readonly kind: number; readonly view: BytesView };

/** The kinds that are looked at. */
export const kinds = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  link: 0x06,
  externalFiles: 0x07,
  layout: 0x08,
  filters: 0x0b,
  attribute: 0x0c,
  continuation: 0x10,
  symbolTable: 0x11,
  attributeInfo: 0x15,
} as const;

const mostPieces = 256;

type Piece = { address: number; length: number };
type Header = {
  first: Piece;
  /** Bytes before the messages of a later piece, and behind them. */
  frame: { before: number; after: number };
  /** Reads one message's kind, flags and length, and how many bytes told them. */
  head: (
    view: BytesView,
    at: number,
  ) => { kind: number; flags: number; size: number; bytes: number };
};

/** Everything that an object's header says, over all its pieces. Throws `weights-corrupt`. */
export async function readObject(file: Hdf5File, address: number): Promise<readonly Message[]> {
  const header = await readHeader(file, address);
  const pieces: Piece[] = [header.first];
  const messages: Message[] = [];
  // The list grows while it is gone through: continuations are told by messages.
  for (const piece of pieces) {
    if (pieces.length > mostPieces) throw file.wrong(`the object at ${address} has no end`);
    const block = await file.block(piece.address, piece.length);
    for (const message of splitMessages(file, block, header)) {
      if (message.kind === kinds.continuation) {
        pieces.push(continued(file, message.view, header));
      } else messages.push(message);
    }
  }
  return messages;
}

async function readHeader(file: Hdf5File, address: number): Promise<Header> {
  const start = await file.block(address, Math.min(32, file.size - address));
  if (start.u8(0) === 1) {
    return {
      first: { address: address + 16, length: start.u32(8) },
      frame: { before: 0, after: 0 },
      head: (view, at) => ({
        kind: view.u16(at),
        size: view.u16(at + 2),
        flags: view.u8(at + 4),
        bytes: 8,
      }),
    };
  }
  if (start.u32(0) !== 0x5244484f || start.u8(4) !== 2) {
    throw file.wrong(`there is no object at ${address}`);
  }
  const flags = start.u8(5);
  const at = 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
  const width = 2 ** (flags & 3);
  const ordered = (flags & 0x04) !== 0;
  return {
    first: { address: address + at + width, length: unsigned(start, at, width) },
    frame: { before: 4, after: 4 },
    head: (view, position) => ({
      kind: view.u8(position),
      size: view.u16(position + 1),
      flags: view.u8(position + 3),
      bytes: ordered ? 6 : 4,
    }),
  };
}

function continued(file: Hdf5File, view: BytesView, { frame }: Header): Piece {
  const [address, length] = [view.u64(0), view.u64(8)];
  const inner = length - frame.before - frame.after;
  if (inner < 0) throw file.wrong(`a continuation at ${address} has ${length} bytes`);
  return { address: address + frame.before, length: inner };
}

function* splitMessages(file: Hdf5File, block: BytesView, header: Header): Generator<Message> {
  const shortest = header.frame.after === 0 ? 8 : 4;
  for (let at = 0; at + shortest <= block.length; ) {
    const { kind, size, flags, bytes } = header.head(block, at);
    const view = part(block, at + bytes, size);
    at += bytes + size;
    // Types and spaces may be kept elsewhere and shared; h5py never does that for arrays.
    if (flags & 0x02 && (kind === kinds.dataspace || kind === kinds.datatype)) {
      throw file.wrong("it shares types between arrays by a reference, which is not read");
    }
    yield { kind, view };
  }
}

/** A view of a part, whose reads stay within it. */
export function part(view: BytesView, start: number, length: number): BytesView {
  view.slice(start, length);
  const checked = (at: number, bytes: number): number =>
    at >= 0 && bytes >= 0 && at + bytes <= length ? start + at : view.length + 1;
  return {
    length,
    u8: (at) => view.u8(checked(at, 1)),
    u16: (at) => view.u16(checked(at, 2)),
    u32: (at) => view.u32(checked(at, 4)),
    u64: (at) => view.u64(checked(at, 8)),
    slice: (at, bytes) => view.slice(checked(at, bytes), bytes),
  };
}

/** An unsigned number of 1, 2, 4 or 8 bytes. */
export function unsigned(view: BytesView, at: number, width: number): number {
  if (width === 1) return view.u8(at);
  if (width === 2) return view.u16(at);
  return width === 4 ? view.u32(at) : view.u64(at);
}
