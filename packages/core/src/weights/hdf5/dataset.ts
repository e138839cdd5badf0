import { dtypeBytes, sizeOf } from "../dtype.js";
import type { TensorEntry } from "../safetensors-header.js";
import { readTexts } from "./attribute.js";
import { parseShape, parseType } from "./datatype.js";
import { type Hdf5File, isNowhere } from "./file.js";
import { kinds, type Message } from "./object.js";

/**
 * Where an array of numbers lies: in one piece of the file, as h5py writes what it is not told to
 * compress or to let grow. Its size is held against the file's. Throws `weights-corrupt`.
 */
export async function readDataset(
  file: Hdf5File,
  name: string,
  messages: readonly Message[],
): Promise<TensorEntry> {
  const wrong = (why: string): Error => file.wrong(`the array "${name}" ${why}`);
  const find = (kind: number) => messages.find((message) => message.kind === kind)?.view;
  const [space, type, layout] = [kinds.dataspace, kinds.datatype, kinds.layout].map(find);
  if (!space || !type || !layout) throw wrong("says no shape, type or place");
  if (find(kinds.externalFiles)) throw wrong("lies in another file, which is not followed");
  const dtype = await numbersOf(file, messages);
  if (dtype === undefined) {
    const parsed = parseType(type);
    throw wrong(`holds elements that are ${parsed.kind === "other" ? parsed.what : parsed.kind}`);
  }
  const shape = parseShape(file, space) ?? [0];
  const bytes = sizeOf(shape) * dtypeBytes[dtype];
  const { start, length } = placeOf(wrong, layout);
  if (bytes === 0) return { name, dtype, shape, start: 0, end: 0 };
  if (isNowhere(start)) throw wrong("was never written");
  if (length !== bytes || !(start + bytes <= file.size)) {
    throw wrong(
      `takes ${bytes} bytes by its shape [${shape.join(", ")}], and ${length} lie at ${start} of the file's ${file.size}`,
    );
  }
  return { name, dtype, shape, start, end: start + bytes };
}

/** Keras keeps bfloat16 as opaque pairs of bytes and says so beside them. */
async function numbersOf(file: Hdf5File, messages: readonly Message[]) {
  const view = messages.find(({ kind }) => kind === kinds.datatype)?.view;
  const type = view && parseType(view);
  if (type?.kind === "number") return type.dtype;
  if (type?.kind !== "opaque" || type.size !== 2) return undefined;
  const said = await readTexts(file, messages, "dtype");
  return said?.[0] === "bfloat16" ? "bfloat16" : undefined;
}

function placeOf(
  wrong: (why: string) => Error,
  layout: Message["view"],
): { start: number; length: number } {
  const [version, kind] = [layout.u8(0), layout.u8(1)];
  if (version !== 3 && version !== 4) throw wrong(`has a layout of the unknown version ${version}`);
  if (kind === 1) return { start: layout.u64(2), length: layout.u64(10) };
  if (kind === 2) throw wrong("is stored in chunks, perhaps compressed, which Keras does not do");
  throw wrong("is stored inside its header or virtually, which Keras does not do");
}
