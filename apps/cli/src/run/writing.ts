import { readFile, truncate } from "node:fs/promises";
import { writeFailed } from "@graft-ml/core/node";

/** Does what writes a file; what fails is told by its name. Throws `disk-write-failed`. */
export const writing = <T>(path: string, write: () => Promise<T>): Promise<T> =>
  write().catch((cause: unknown) => {
    throw writeFailed(path, cause);
  });

/** A last line without its end, cut off by a full disk or a kill, goes: the next one would be spoilt, too. */
export async function cutUnfinishedLine(path: string): Promise<void> {
  const bytes = await readFile(path).catch(() => Buffer.alloc(0));
  const whole = bytes.lastIndexOf("\n") + 1;
  if (whole < bytes.length) await writing(path, () => truncate(path, whole));
}
