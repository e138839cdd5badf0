import { Buffer } from "node:buffer";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { GraftError } from "@graft-ml/core";
import { invalidFile } from "./row.js";

export type FileEncoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252" | "iso-8859-1";

export type ByteStream = {
  /** UTF-8 without a byte order mark, in pieces of up to 256 KiB. */
  bytes(): AsyncGenerator<Buffer, void>;
  /** Where the text begins in the file; undefined where it isn't there byte by byte. */
  readonly origin: number | undefined;
  readonly notes: readonly string[];
};

const PIECE = 256 * 1024;
const marks: readonly (readonly [FileEncoding, readonly number[]])[] = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

/**
 * A text file as UTF-8, unpacked where its name ends in .gz, recoded where it has the mark of UTF-16 or
 * an encoding is named. Throws `source-not-found`, `access-denied` and `dataset-invalid`.
 */
export async function openBytes(path: string, encoding?: FileEncoding): Promise<ByteStream> {
  const isPacked = path.endsWith(".gz");
  const head = await firstBytes(path, isPacked);
  const marked = marks.find(([, mark]) => mark.every((byte, i) => head[i] === byte));
  const origin = marked?.[1].length ?? 0;
  const found = encoding ?? marked?.[0] ?? "utf-8";
  const recoded = found !== "utf-8";
  return {
    bytes: () => {
      const plain = skip(pieces(path, isPacked), origin);
      return recoded ? recode(plain, found) : plain;
    },
    origin: isPacked || recoded ? undefined : origin,
    notes: recoded ? [`${path} is read as ${found}.`] : [],
  };
}

async function* pieces(path: string, isPacked: boolean): AsyncGenerator<Buffer, void> {
  const file = createReadStream(path, { highWaterMark: PIECE });
  // The error of either reaches the reader of the last.
  const from = isPacked ? pipeline(file, createGunzip({ chunkSize: PIECE }), () => {}) : file;
  try {
    for await (const piece of from) yield piece as Buffer;
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

async function firstBytes(path: string, isPacked: boolean): Promise<Buffer> {
  if (isPacked) {
    for await (const piece of pieces(path, true)) return piece;
    return Buffer.alloc(0);
  }
  const file = await open(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.subarray(0, bytesRead);
  } catch (cause) {
    throw unreadable(path, cause);
  } finally {
    await file.close();
  }
}

async function* skip(from: AsyncGenerator<Buffer, void>, count: number) {
  let left = count;
  for await (const piece of from) {
    const rest = piece.subarray(left);
    left -= piece.length - rest.length;
    if (rest.length > 0) yield rest;
  }
}

async function* recode(from: AsyncGenerator<Buffer, void>, encoding: FileEncoding) {
  const decoder = new TextDecoder(encoding);
  for await (const piece of from) yield Buffer.from(decoder.decode(piece, { stream: true }));
  const rest = decoder.decode();
  if (rest !== "") yield Buffer.from(rest);
}

function unreadable(path: string, cause: unknown): GraftError {
  const code = (cause as { code?: string }).code ?? "";
  if (code === "ENOENT") {
    return new GraftError("source-not-found", `There is no ${path}. Check the name.`, {
      details: { path },
      cause,
    });
  }
  if (code === "EACCES" || code === "EPERM") {
    return new GraftError("access-denied", `${path} may not be read. Change its permissions.`, {
      details: { path },
      cause,
    });
  }
  if (code.startsWith("Z_")) {
    return invalidFile(
      path,
      `is not whole: it can't be unpacked (${String(cause)}). Fetch it again.`,
      cause,
    );
  }
  return invalidFile(path, `can't be read (${String(cause)}). Pass a file of texts.`, cause);
}
