import type { BytesView } from "../bytes-view.js";
import { sizeOf } from "../dtype.js";
import { parseShape, parseType } from "./datatype.js";
import { type Hdf5File, isNowhere } from "./file.js";
import { decodeText } from "./group.js";
import { kinds, type Message, part } from "./object.js";
import { readTextHeap } from "./text-heap.js";

/** Reads a text or a list of texts; anything else is undefined, and so is an absent attribute. */
export async function readTexts(
  file: Hdf5File,
  messages: readonly Message[],
  name: string,
): Promise<readonly string[] | undefined> {
  for (const { kind, view } of messages) {
    if (kind === kinds.attributeInfo) refuseHeap(file, view);
    if (kind !== kinds.attribute) continue;
    const attribute = parseAttribute(file, view);
    if (attribute.name === name) return textsOf(file, attribute);
  }
  return undefined;
}

function refuseHeap(file: Hdf5File, view: BytesView): void {
  const heap = view.u64(view.u8(1) & 1 ? 4 : 2);
  if (!isNowhere(heap)) throw file.wrong("it keeps attributes in a heap, which is not read");
}

type Attribute = { name: string; type: BytesView; space: BytesView; data: BytesView };

function parseAttribute(file: Hdf5File, view: BytesView): Attribute {
  const version = view.u8(0);
  if (version < 1 || version > 3) {
    throw file.wrong(`it has an attribute of the unknown version ${version}`);
  }
  if (version > 1 && view.u8(1) !== 0) {
    throw file.wrong("it shares an attribute's type by a reference, which is not read");
  }
  const padded = (bytes: number): number => (version === 1 ? Math.ceil(bytes / 8) * 8 : bytes);
  const [nameBytes, typeBytes, spaceBytes] = [view.u16(2), view.u16(4), view.u16(6)];
  const nameStart = version === 3 ? 9 : 8;
  const typeStart = nameStart + padded(nameBytes);
  const spaceStart = typeStart + padded(typeBytes);
  const dataStart = spaceStart + padded(spaceBytes);
  return {
    name: untilZero(file, view.slice(nameStart, nameBytes)),
    type: part(view, typeStart, typeBytes),
    space: part(view, spaceStart, spaceBytes),
    data: part(view, dataStart, view.length - dataStart),
  };
}

async function textsOf(
  file: Hdf5File,
  attribute: Attribute,
): Promise<readonly string[] | undefined> {
  const count = sizeOf(parseShape(file, attribute.space) ?? [0]);
  // An empty list has lost its type: numpy makes it one of numbers.
  if (count === 0) return [];
  const type = parseType(attribute.type);
  if (type.kind !== "text" && type.kind !== "text-elsewhere") return undefined;
  if (type.size === 0 || !(count * type.size <= attribute.data.length)) {
    throw file.wrong(`the attribute "${attribute.name}" is shorter than its ${count} texts`);
  }
  const texts: string[] = [];
  for (let index = 0; index < count; index++) {
    const cell = part(attribute.data, index * type.size, type.size);
    const bytes =
      type.kind === "text" ? cell.slice(0, cell.length) : await readElsewhere(file, cell);
    texts.push(untilZero(file, bytes));
  }
  return texts;
}

/** A text of any length: its length, and the heap and number under which it is kept. */
async function readElsewhere(file: Hdf5File, cell: BytesView): Promise<Uint8Array> {
  const [length, address, index] = [cell.u32(0), cell.u64(4), cell.u32(12)];
  if (length === 0) return new Uint8Array();
  const found = (await readTextHeap(file, address)).get(index);
  if (found === undefined || length > found.size) {
    throw file.wrong(`the heap of texts at ${address} has no text ${index} of ${length} bytes`);
  }
  return (await file.block(found.start, length)).slice(0, length);
}

function untilZero(file: Hdf5File, bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decodeText(file, end < 0 ? bytes : bytes.subarray(0, end));
}
