import { corrupt } from "../corrupt.js";
import { type ByteSource, memorySource, readOwned } from "../store.js";
import { openZip, type Zip } from "../zip.js";
import { type Checkpoint, largestPickle } from "./checkpoint.js";
import { torchGlobal, torchStorage } from "./globals.js";
import { unpickle } from "./pickle.js";
import { type PickleValue, quote, type TorchStorage } from "./value.js";

/** The zip format of torch.save since 1.6: `NAME/data.pkl` and one stored entry a storage. */
export async function openZipCheckpoint(source: ByteSource): Promise<Checkpoint> {
  const zip = await openZip(source);
  const folder = rootFolder(source.name, zip);
  await checkByteOrder(source.name, zip, folder);
  const wrong = (why: string): Error => corrupt(source.name, why);
  const entryOf = ({ key, bytes }: TorchStorage): string => {
    const name = `${folder}data/${key}`;
    const size = zip.entries.get(name)?.size;
    if (size === bytes) return name;
    const what = size === undefined ? "is not in the file" : `has ${size} bytes there`;
    throw wrong(`its storage ${quote(key)} of ${bytes} bytes ${what}`);
  };
  const persistent = (id: PickleValue): TorchStorage => {
    const storage = torchStorage(id, source.name);
    entryOf(storage);
    return storage;
  };
  const pickle = await readPickle(source.name, zip, `${folder}data.pkl`);
  const rules = { global: (name: string) => torchGlobal(name, source.name), persistent, wrong };
  const read = unpickle(pickle, 0, rules);
  if (!read) throw wrong(`its pickle ${quote(`${folder}data.pkl`)} is cut short`);
  return {
    root: read.value,
    async read(storage, start, end, shared) {
      const name = entryOf(storage);
      if (start === 0 && end === storage.bytes) return zip.read(name, shared);
      const range = await zip.range(name);
      if (range) return readOwned(source, range.start + start, range.start + end, shared);
      return readOwned(memorySource(await zip.read(name)), start, end, shared);
    },
  };
}

function rootFolder(file: string, zip: Zip): string {
  const pickles = [...zip.entries.keys()].filter((name) => /^(?:[^/]+\/)?data\.pkl$/.test(name));
  const [pickle] = pickles;
  if (pickle !== undefined && pickles.length === 1) return pickle.slice(0, -"data.pkl".length);
  throw corrupt(
    file,
    `as a zip file of PyTorch it holds ${pickles.length} data.pkl instead of one`,
  );
}

async function checkByteOrder(file: string, zip: Zip, folder: string): Promise<void> {
  const entry = zip.entries.get(`${folder}byteorder`);
  if (!entry) return;
  const text = entry.size > 16 ? "?" : new TextDecoder().decode(await zip.read(entry.name));
  if (text.trim() !== "little") throw corrupt(file, `its byte order is ${quote(text)}, not little`);
}

async function readPickle(file: string, zip: Zip, name: string): Promise<Uint8Array> {
  const size = zip.entries.get(name)?.size ?? 0;
  if (size <= largestPickle) return zip.read(name);
  throw corrupt(file, `its pickle has ${size} bytes, and the limit is ${largestPickle}`);
}
