import { crc32, deflateRawSync } from "node:zlib";

/** An entry of `makeZip`; what comes after `deflate` replaces what would be true. */
export type ZipPart = {
  name: string;
  data: Uint8Array;
  deflate?: boolean;
  size?: number;
  packedSize?: number;
  start?: number;
  crc?: number;
  method?: number;
  flags?: number;
  /** What the local header says about the length of its extra field. */
  localExtra?: number;
};

/** `padding` is bytes of extra field in each local header. */
export type ZipOptions = { zip64?: boolean; comment?: string; padding?: number };

/** A zip archive, lies included: for tests of readers. */
export function makeZip(parts: readonly ZipPart[], options: ZipOptions = {}): Uint8Array {
  const { zip64 = false, comment = "", padding = 0 } = options;
  const chunks: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let position = 0;
  for (const part of parts) {
    const said = whatIsSaid(part, position);
    directory.push(...directoryEntry(said, zip64));
    const local = [...localHeader(said, padding), said.packed];
    chunks.push(...local);
    position += lengthOf(local);
  }
  const place = { count: parts.length, size: lengthOf(directory), start: position };
  return joined([...chunks, ...directory, ...endRecords(place, zip64, comment)]);
}

type Said = Required<Omit<ZipPart, "data" | "deflate" | "name" | "localExtra">> & {
  localExtra: number | undefined;
  name: Uint8Array;
  packed: Uint8Array;
};

function whatIsSaid(part: ZipPart, position: number): Said {
  const { name, data, deflate, ...said } = part;
  const packed = deflate ? deflateRawSync(data) : data;
  return {
    size: data.length,
    packedSize: packed.length,
    start: position,
    crc: crc32(data),
    method: deflate ? 8 : 0,
    flags: 0,
    localExtra: undefined,
    ...said,
    packed,
    name: new TextEncoder().encode(name),
  };
}

const full = 0xffffffff;

function directoryEntry(said: Said, zip64: boolean): Uint8Array[] {
  const { size, packedSize, start, crc, method, flags, name } = said;
  const extra = zip64
    ? fields([2, 0x9999], [2, 0], [2, 1], [2, 24], [8, size], [8, packedSize], [8, start])
    : new Uint8Array();
  const short = (value: number): number => (zip64 ? full : value);
  return [
    fields([4, 0x02014b50], [2, 45], [2, 45], [2, flags], [2, method], [4, 0], [4, crc]),
    fields([4, short(packedSize)], [4, short(size)], [2, name.length], [2, extra.length]),
    fields([2, 0], [2, 0], [2, 0], [4, 0], [4, short(start)]),
    name,
    extra,
  ];
}

function localHeader(said: Said, padding: number): Uint8Array[] {
  const { size, packedSize, crc, method, flags, name, localExtra = padding } = said;
  return [
    fields([4, 0x04034b50], [2, 45], [2, flags], [2, method], [4, 0], [4, crc]),
    fields([4, packedSize], [4, size], [2, name.length], [2, localExtra]),
    name,
    new Uint8Array(padding),
  ];
}

function endRecords(
  { count, size, start }: { count: number; size: number; start: number },
  zip64: boolean,
  comment: string,
): Uint8Array[] {
  const note = new TextEncoder().encode(comment);
  const long = [
    fields([4, 0x06064b50], [8, 44], [2, 45], [2, 45], [4, 0], [4, 0], [8, count], [8, count]),
    fields([8, size], [8, start]),
    fields([4, 0x07064b50], [4, 0], [8, start + size], [4, 1]),
  ];
  return [
    ...(zip64 ? long : []),
    fields([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count]),
    fields([4, zip64 ? full : size], [4, zip64 ? full : start], [2, note.length]),
    note,
  ];
}

/** Little-endian numbers, each with its width in bytes. */
function fields(...list: readonly (readonly [width: number, value: number])[]): Uint8Array {
  return Uint8Array.from(
    list.flatMap(([width, value]) =>
      Array.from({ length: width }, (_, i) => Math.floor(value / 2 ** (8 * i)) & 0xff),
    ),
  );
}

const lengthOf = (chunks: readonly Uint8Array[]): number =>
  chunks.reduce((sum, { length }) => sum + length, 0);

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(lengthOf(chunks));
  let position = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, position);
    position += chunk.length;
  }
  return bytes;
}
