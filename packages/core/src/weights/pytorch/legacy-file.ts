import { viewBytes } from "../bytes-view.js";
import { corrupt } from "../corrupt.js";
import { type ByteSource, readOwned } from "../store.js";
import { type Checkpoint, largestPickle } from "./checkpoint.js";
import { torchGlobal, torchStorage } from "./globals.js";
import { unpickle } from "./pickle.js";
import { isKind, type PickleValue, quote, type TorchStorage } from "./value.js";

const magic = 0x1950a86a20f9469cfc6cn;
const protocol = 1001;

/** What the pickles at the file's beginning say; `end` is where the storages begin. */
type Head = {
  root: PickleValue;
  keys: PickleValue;
  storages: ReadonlyMap<string, TorchStorage>;
  end: number;
};

/** The format of torch.save before 1.6: five pickles (magic, protocol, system, value, keys), then storages. */
export async function openLegacyCheckpoint(source: ByteSource): Promise<Checkpoint> {
  const fileBytes = await source.size();
  const head = await readHead(source, fileBytes);
  const places = placeStorages(source.name, head, fileBytes);
  const placeOf = ({ key, bytes }: TorchStorage): number => {
    const place = places.get(key);
    if (place?.bytes === bytes) return place.start;
    throw corrupt(source.name, `its storage ${quote(key)} is described in two ways`);
  };
  return {
    root: head.root,
    async read(storage, start, end, shared) {
      const place = placeOf(storage);
      const count = viewBytes(await source.read(place - 8, place), () => {
        throw corrupt(source.name, "it is cut short");
      });
      const expected = places.get(storage.key)?.elements;
      if (count.u64(0) !== expected) {
        throw corrupt(
          source.name,
          `its storage ${quote(storage.key)} has ${count.u64(0)} elements, ${expected} expected`,
        );
      }
      return readOwned(source, place + start, place + end, shared);
    },
  };
}

/** Reads as much as the pickles take, twice as much each time. */
async function readHead(source: ByteSource, fileBytes: number): Promise<Head> {
  for (let length = 2 ** 18; ; length *= 2) {
    const bytes = await source.read(0, Math.min(length, fileBytes));
    const head = parseHead(bytes, source.name);
    if (head) return head;
    if (length >= fileBytes) throw corrupt(source.name, "it is cut short within its pickles");
    if (length >= largestPickle) {
      throw corrupt(source.name, `its pickles take more than ${largestPickle} bytes`);
    }
  }
}

function parseHead(bytes: Uint8Array, file: string): Head | undefined {
  const wrong = (why: string): Error => corrupt(file, why);
  const storages = new Map<string, TorchStorage>();
  const rules = {
    wrong,
    global: (name: string) => torchGlobal(name, file),
    persistent(id: PickleValue) {
      const storage = torchStorage(id, file);
      storages.set(storage.key, storages.get(storage.key) ?? storage);
      return storage;
    },
  };
  let end = 0;
  const next = (): PickleValue | undefined => {
    const read = unpickle(bytes, end, rules);
    end = read?.end ?? end;
    return read?.value;
  };
  const first = next();
  if (first === undefined) return undefined;
  if (first !== magic) throw wrong("it is a pickle that torch.save did not write");
  const version = next();
  if (version === undefined) return undefined;
  if (version !== protocol) throw wrong(`its protocol is ${String(version)}, not ${protocol}`);
  const system = next();
  if (system === undefined) return undefined;
  if (!isKind(system, "dict") || system.entries.get("little_endian") !== true) {
    throw wrong("it was not written on a little-endian machine");
  }
  const [root, keys] = [next(), next()];
  return root === undefined || keys === undefined ? undefined : { root, keys, storages, end };
}

type Place = { start: number; bytes: number; elements: number };

/** Each storage is its number of elements in 8 bytes, then its bytes. */
function placeStorages(file: string, head: Head, fileBytes: number): ReadonlyMap<string, Place> {
  const { keys, storages } = head;
  if (!isKind(keys, "list")) throw corrupt(file, "it has no list of storages");
  const places = new Map<string, Place>();
  let position = head.end;
  for (const key of keys.items) {
    const storage = typeof key === "string" ? storages.get(key) : undefined;
    if (!storage || places.has(storage.key)) {
      throw corrupt(file, `its list of storages has ${quote(String(key))}, unknown or twice`);
    }
    const { bytes, elements } = storage;
    places.set(storage.key, { start: position + 8, bytes, elements });
    position += 8 + bytes;
  }
  if (places.size !== storages.size) throw corrupt(file, "its list of storages lacks some");
  if (position !== fileBytes) {
    const how = position > fileBytes ? "it is cut short" : "it goes on after its last storage";
    throw corrupt(
      file,
      `${how}: its storages end at byte ${position} and the file at ${fileBytes}`,
    );
  }
  return places;
}
