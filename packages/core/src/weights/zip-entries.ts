import { type BytesView, viewBytes } from "./bytes-view.js";
import { corrupt } from "./corrupt.js";

/** A file of a zip archive, as the archive's directory describes it. */
export type ZipEntry = {
  readonly name: string;
  readonly method: "stored" | "deflated";
  /** Bytes unpacked. */
  readonly size: number;
  /** Bytes in the archive. */
  readonly packedSize: number;
  readonly crc: number;
  /** Where its local header begins. */
  readonly start: number;
  /** Where the next entry or the directory begins: its bytes lie before that. */
  readonly limit: number;
};

export const localHeaderBytes = 30;
const entryBytes = 46;

type Described = Omit<ZipEntry, "limit"> & { readonly nameBytes: number };

/** The directory's entries in the order of their bytes; `dataEnd` is where the directory begins. */
export function parseEntries(
  bytes: Uint8Array,
  input: { file: string; count: number; dataEnd: number },
): readonly ZipEntry[] {
  const { file, count, dataEnd } = input;
  const cut = (): never => {
    throw corrupt(file, `its zip directory ends within its ${count} entries`);
  };
  const view = viewBytes(bytes, cut);
  const found: Described[] = [];
  const names = new Set<string>();
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (view.u32(at) !== 0x02014b50) throw corrupt(file, `its zip directory has no entry ${index}`);
    const entry = parseEntry(file, view, at);
    if (names.has(entry.name)) throw corrupt(file, `its zip directory has "${entry.name}" twice`);
    names.add(entry.name);
    found.push(entry);
    at += entryBytes + entry.nameBytes + view.u16(at + 30) + view.u16(at + 32);
  }
  if (at !== bytes.length) throw corrupt(file, "its zip directory goes on after its last entry");
  return withLimits(file, found, dataEnd);
}

function parseEntry(file: string, view: BytesView, at: number): Described {
  const nameBytes = view.u16(at + 28);
  const name = decodeName(file, view.slice(at + entryBytes, nameBytes));
  const flags = view.u16(at + 8);
  // Bits 0, 6 and 13: encrypted in one way or another.
  if (flags & 0x2041) throw corrupt(file, `its entry "${name}" is encrypted`);
  const extra = view.slice(at + entryBytes + nameBytes, view.u16(at + 30));
  const sizes = withZip64(file, name, extra, {
    size: view.u32(at + 24),
    packedSize: view.u32(at + 20),
    start: view.u32(at + 42),
  });
  const method = methodOf(file, name, view.u16(at + 10));
  checkSizes(file, name, method, sizes);
  return { name, nameBytes, method, crc: view.u32(at + 16), ...sizes };
}

type Sizes = Pick<ZipEntry, "size" | "packedSize" | "start">;

/** Fields that do not fit 32 bits are all ones, and follow, in this order, in the extra field 1. */
function withZip64(file: string, name: string, extra: Uint8Array, sizes: Sizes): Sizes {
  const full = 0xffffffff;
  if (sizes.size !== full && sizes.packedSize !== full && sizes.start !== full) return sizes;
  const view = viewBytes(extra, () => {
    throw corrupt(file, `its entry "${name}" lacks its zip64 sizes`);
  });
  let at = 0;
  while (view.u16(at) !== 1) at += 4 + view.u16(at + 2);
  const end = at + 4 + view.u16(at + 2);
  at += 4;
  const take = (short: number): number => {
    if (short !== full) return short;
    at += 8;
    return at <= end ? view.u64(at - 8) : view.u64(extra.length);
  };
  return { size: take(sizes.size), packedSize: take(sizes.packedSize), start: take(sizes.start) };
}

function methodOf(file: string, name: string, method: number): ZipEntry["method"] {
  if (method === 0) return "stored";
  if (method === 8) return "deflated";
  throw corrupt(
    file,
    `its entry "${name}" is compressed by method ${method}, and only 0 (stored) and 8 (deflate) are read`,
  );
}

/** Deflate's best is 258 bytes from 2 bits: what promises more is a lie. */
const bestRatio = 1032;

function checkSizes(file: string, name: string, method: ZipEntry["method"], sizes: Sizes): void {
  const { size, packedSize } = sizes;
  const isPossible = method === "stored" ? size === packedSize : size <= bestRatio * packedSize;
  if (isPossible && Number.isFinite(size + packedSize + sizes.start)) return;
  throw corrupt(file, `its entry "${name}" (${method}) can't hold ${size} bytes in ${packedSize}`);
}

function decodeName(file: string, bytes: Uint8Array): string {
  let name: string;
  try {
    name = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw corrupt(file, "the name of a zip entry is not UTF-8", {}, cause);
  }
  if (!isInside(name)) {
    throw corrupt(file, `its zip entry ${JSON.stringify(name)} has a name that leaves the archive`);
  }
  return name;
}

/** Relative, with plain parts: no "..", no drive, nothing that a file system reads otherwise. */
function isInside(name: string): boolean {
  const parts = name.replace(/\/$/, "").split("/");
  const isPlain = parts.every((part) => part !== "" && part !== "." && part !== "..");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused.
  return isPlain && !/[\\\u0000-\u001f]|^[A-Za-z]:/.test(name);
}

function withLimits(
  file: string,
  found: readonly Described[],
  dataEnd: number,
): readonly ZipEntry[] {
  const sorted = [...found].sort((a, b) => a.start - b.start);
  return sorted.map(({ nameBytes, ...entry }, index) => {
    const next = sorted[index + 1];
    const limit = next?.start ?? dataEnd;
    const end = entry.start + localHeaderBytes + nameBytes + entry.packedSize;
    if (end <= limit) return { ...entry, limit };
    const what = next ? `overlaps "${next.name}"` : "leaves its place";
    throw corrupt(
      file,
      `its zip entry "${entry.name}" ${what}: it ends at byte ${end}, not ${limit}`,
      {
        expected: limit,
        actual: end,
      },
    );
  });
}
