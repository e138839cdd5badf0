import { type BytesView, viewBytes } from "./bytes-view.js";
import { corrupt } from "./corrupt.js";
import type { ByteSource } from "./store.js";
import { parseEntries, type ZipEntry } from "./zip-entries.js";

export type ZipLimits = {
  /** Most entries. Default 100,000. */
  entries?: number;
  /** Most bytes of the directory at the archive's end, where the names are. Default 16 MiB. */
  directoryBytes?: number;
  /**
   * Most bytes that all compressed entries together may unpack to. Default 100 times the file's size,
   * at least 64 MiB: a bomb is refused by what it declares, and a liar when it exceeds that.
   */
  unpackedBytes?: number;
};

const endBytes = 22;
const locatorBytes = 20;
const longestComment = 0xffff;

/** Where the directory lies; `end` is where the records that describe it begin. */
type Directory = { count: number; size: number; start: number; end: number };

/**
 * Reads and checks a zip's directory (APPNOTE 6.3, zip64 too) before any entry: names that stay
 * inside, methods that we know, entries that neither overlap nor leave the file, sizes within limits.
 */
export async function readDirectory(
  source: ByteSource,
  limits: ZipLimits,
): Promise<readonly ZipEntry[]> {
  const fileBytes = await source.size();
  const directory = await findDirectory(source, fileBytes);
  const { entries: mostEntries = 100_000, directoryBytes = 2 ** 24 } = limits;
  const { count, size, start } = directory;
  if (count > mostEntries || size > directoryBytes) {
    const most = `${mostEntries} entries in ${directoryBytes} bytes`;
    throw corrupt(
      source.name,
      `its zip directory has ${count} entries in ${size} bytes, and the limit is ${most}`,
    );
  }
  const bytes = await source.read(start, start + size);
  const entries = parseEntries(bytes, { file: source.name, count, dataEnd: start });
  checkUnpacked(source.name, entries, limits.unpackedBytes ?? Math.max(2 ** 26, 100 * fileBytes));
  return entries;
}

async function findDirectory(source: ByteSource, fileBytes: number): Promise<Directory> {
  const tailStart = Math.max(0, fileBytes - longestComment - endBytes - locatorBytes);
  const tail = viewBytes(await source.read(tailStart, fileBytes), () => {
    throw corrupt(source.name, "it is not a zip file: it has no end record");
  });
  const at = endRecord(tail);
  const end: Directory = {
    count: tail.u16(at + 10),
    size: tail.u32(at + 12),
    start: tail.u32(at + 16),
    end: tailStart + at,
  };
  if (tail.u16(at + 4) !== 0 || tail.u16(at + 6) !== 0) {
    throw corrupt(source.name, "it is one part of a zip of several files");
  }
  const is64 = at >= locatorBytes && tail.u32(at - locatorBytes) === 0x07064b50;
  const found = is64 ? await zip64Directory(source, tail.u64(at - 12), end) : end;
  if (found.start + found.size > found.end) {
    throw corrupt(
      source.name,
      `its zip directory should span bytes ${found.start} to ${found.start + found.size}, and its end record is at ${found.end}`,
    );
  }
  return found;
}

/** The last end record whose comment ends with the file. */
function endRecord(tail: BytesView): number {
  for (let at = tail.length - endBytes; at >= 0; at--) {
    if (tail.u32(at) === 0x06054b50 && at + endBytes + tail.u16(at + 20) === tail.length) return at;
  }
  return tail.length;
}

async function zip64Directory(
  source: ByteSource,
  position: number,
  end: Directory,
): Promise<Directory> {
  const invalid = (): never => {
    throw corrupt(source.name, "its zip64 end record is not where it should be");
  };
  if (position + 56 + locatorBytes > end.end) return invalid();
  const record = viewBytes(await source.read(position, position + 56), invalid);
  if (record.u32(0) !== 0x06064b50 || record.u32(16) !== 0 || record.u32(20) !== 0)
    return invalid();
  const found = {
    count: record.u64(32),
    size: record.u64(40),
    start: record.u64(48),
    end: position,
  };
  // Readers that trust the short record must see the same archive.
  const agrees = (short: number, long: number, full: number) => short === full || short === long;
  const same =
    agrees(end.count, found.count, 0xffff) &&
    agrees(end.size, found.size, 0xffffffff) &&
    agrees(end.start, found.start, 0xffffffff);
  return same ? found : invalid();
}

function checkUnpacked(file: string, entries: readonly ZipEntry[], most: number): void {
  const packed = entries.filter(({ method }) => method === "deflated");
  const total = packed.reduce((sum, { size }) => sum + size, 0);
  if (total > most) {
    throw corrupt(
      file,
      `its compressed entries would unpack to ${total} bytes, and the limit is ${most}`,
      { expected: most, actual: total },
    );
  }
}
