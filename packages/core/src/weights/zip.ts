import { viewBytes } from "./bytes-view.js";
import { corrupt } from "./corrupt.js";
import { crc32 } from "./crc32.js";
import { allocate } from "./dtype.js";
import { inflate } from "./inflate.js";
import { type ByteSource, readOwned } from "./store.js";
import { readDirectory, type ZipLimits } from "./zip-directory.js";
import { localHeaderBytes, type ZipEntry } from "./zip-entries.js";

/** An open zip archive: its directory is in memory, its entries are read when asked for. */
export type Zip = {
  readonly entries: ReadonlyMap<string, ZipEntry>;
  /**
   * A whole entry, unpacked, its checksum checked, in a buffer of its own, shared if asked for.
   * Throws `weights-corrupt`.
   */
  read(name: string, shared?: boolean): Promise<Uint8Array>;
  /** Where a stored entry's bytes lie in the file, so that a part can be read; undefined if deflated. */
  range(name: string): Promise<{ readonly start: number; readonly end: number } | undefined>;
};

/**
 * Opens a zip archive (stored and deflated entries, zip64), everything in its directory checked and
 * bounded before an entry is touched. Folders are left out. Throws `weights-corrupt`.
 */
export async function openZip(source: ByteSource, limits: ZipLimits = {}): Promise<Zip> {
  const list = await readDirectory(source, limits);
  const files = list.filter(({ name }) => !name.endsWith("/"));
  const entries = new Map(files.map((entry) => [entry.name, entry] as const));
  const find = (name: string): ZipEntry => {
    const entry = entries.get(name);
    if (entry) return entry;
    throw corrupt(source.name, `its zip archive has no entry "${name}"`);
  };
  return {
    entries,
    read: async (name, shared = false) => readEntry(source, find(name), shared),
    async range(name) {
      const entry = find(name);
      if (entry.method !== "stored") return undefined;
      const header = await source.read(entry.start, entry.start + localHeaderBytes);
      const start = entry.start + dataOffset(source.name, entry, header);
      return { start, end: start + entry.size };
    },
  };
}

async function readEntry(
  source: ByteSource,
  entry: ZipEntry,
  shared: boolean,
): Promise<Uint8Array> {
  const wrong = (why: string, cause?: unknown) =>
    corrupt(source.name, `its zip entry "${entry.name}" ${why}`, { entry: entry.name }, cause);
  const packed = await readPacked(source, entry, shared);
  if (packed.length < entry.packedSize) throw wrong("is cut short");
  const data = entry.method === "stored" ? packed : await unpack(packed, entry.size, shared, wrong);
  if (crc32(data) !== entry.crc) throw wrong("does not have its checksum");
  return data;
}

async function readPacked(
  source: ByteSource,
  entry: ZipEntry,
  shared: boolean,
): Promise<Uint8Array> {
  const { start, packedSize, limit, method } = entry;
  const isShared = shared && method === "stored";
  if (source.readInto) {
    const header = await source.read(start, start + localHeaderBytes);
    const from = start + dataOffset(source.name, entry, header);
    return readOwned(source, from, from + packedSize, isShared);
  }
  // The header's length is only told within it: what lies before the next entry is asked for at once.
  const longest = localHeaderBytes + 2 * 0xffff + packedSize;
  const bytes = await source.read(start, Math.min(limit, start + longest));
  const offset = dataOffset(source.name, entry, bytes);
  const packed = bytes.subarray(offset, offset + packedSize);
  const owned = new Uint8Array(allocate(packed.length, isShared));
  owned.set(packed);
  return owned;
}

async function unpack(
  packed: Uint8Array,
  size: number,
  shared: boolean,
  wrong: (why: string, cause?: unknown) => Error,
): Promise<Uint8Array> {
  const { buffer } = packed;
  // Streams take no bytes of shared memory.
  const own = buffer instanceof ArrayBuffer ? new Uint8Array(buffer) : new Uint8Array(packed);
  const bytes = new Uint8Array(allocate(size, shared));
  await inflate(own.subarray(0, packed.length), bytes, wrong);
  return bytes;
}

/** From an entry's start to its data; the local header must say what the directory says. */
function dataOffset(file: string, entry: ZipEntry, bytes: Uint8Array): number {
  const wrong = (why: string): never => {
    throw corrupt(file, `its zip entry "${entry.name}" ${why}`, { entry: entry.name });
  };
  const view = viewBytes(bytes, () => wrong("is cut short"));
  if (view.u32(0) !== 0x04034b50) wrong("has no local header");
  if (view.u16(8) !== (entry.method === "stored" ? 0 : 8)) {
    wrong("is compressed in another way than the directory says");
  }
  const offset = localHeaderBytes + view.u16(26) + view.u16(28);
  if (entry.start + offset + entry.packedSize > entry.limit) wrong("overlaps the next one");
  return offset;
}
