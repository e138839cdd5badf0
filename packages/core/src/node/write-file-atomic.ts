import { randomUUID } from "node:crypto";
import { type FileHandle, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { GraftError } from "../errors.js";

/** What a file is made of: text, bytes, or parts written one after the other. */
export type FileContent = string | Uint8Array | readonly Uint8Array[];

/** A name beside a file's, for what is not whole yet. */
export const unfinishedName = (name: string): string => `.${name}.${randomUUID()}.tmp`;

/** Whether a file's name says that a write was cut off: a killed process leaves such files. */
export const isUnfinished = (name: string): boolean => /^\..+\.[\da-f-]{36}\.tmp$/.test(name);

/** Removes what killed writes left in a folder and those below; only while nothing writes there. */
export async function clearUnfinished(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const left = entries.filter((entry) => entry.isFile() && isUnfinished(entry.name));
  await Promise.all(left.map((entry) => rm(join(entry.parentPath, entry.name), { force: true })));
}

/**
 * Writes a file so that, whatever happens, its name holds either the old content or all of the new:
 * a temporary file in the same folder, flushed to the disk, then renamed. Throws `disk-write-failed`.
 */
export async function writeFileAtomic(path: string, content: FileContent): Promise<void> {
  const temporary = join(dirname(path), unfinishedName(basename(path)));
  try {
    await writeFlushed(temporary, content, path);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cause instanceof GraftError ? cause : writeFailed(path, cause);
  }
  await flushFolder(dirname(path));
}

/** Writes and flushes a file in place. Throws `disk-write-failed` about the file called `named`. */
export async function writeFlushed(
  path: string,
  content: FileContent,
  named: string = path,
): Promise<void> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, "w");
    for (const part of partsOf(content)) await writeAll(file, part);
    await file.sync();
  } catch (cause) {
    throw writeFailed(named, cause);
  } finally {
    await file?.close();
  }
}

const partsOf = (content: FileContent): readonly Uint8Array[] => {
  if (typeof content === "string") return [new TextEncoder().encode(content)];
  return content instanceof Uint8Array ? [content] : content;
};

/** One write call takes at most 2 GB. */
const largestWrite = 2 ** 30;

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let start = 0; start < bytes.length; ) {
    const { bytesWritten } = await file.write(
      bytes,
      start,
      Math.min(largestWrite, bytes.length - start),
    );
    start += bytesWritten;
  }
}

/** The rename itself reaches the disk with the folder; some systems can't open one, and need no flush. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full. Free some space",
  EDQUOT: "the disk quota is used up. Free some space",
  EFBIG: "files may not grow that large here. Choose another disk, or raise the limit (ulimit -f)",
  EACCES: "writing there is not allowed. Choose another folder, or change its permissions",
  EPERM: "writing there is not allowed. Choose another folder, or change its permissions",
  EROFS: "the disk is read-only. Choose another folder",
  ENOENT: "the folder does not exist. Make it first",
  ENOTDIR: "a part of the path is a file. Choose another folder",
  EISDIR: "it is a folder. Choose another name",
};

/** What keeps a file from being written, in words, with the next move. */
export function writeFailed(path: string, cause: unknown): GraftError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const why = reasons[code] ?? (cause instanceof Error ? cause.message : String(cause));
  return new GraftError("disk-write-failed", `${path} can't be written: ${why}.`, {
    details: { path, code },
    cause,
  });
}
