import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { GraftError } from "../../errors.js";
import type { ContentHash } from "../../weights/hub/file-info.js";

/** Reads a file through the hash that names its content. Throws `weights-corrupt` when it is another. */
export async function checkContent(
  path: string,
  { url, bytes, hash }: { url: string; bytes: number; hash: ContentHash | HashStart },
): Promise<void> {
  const sum = createHash(hash.kind === "git-sha1" ? "sha1" : "sha256");
  // Git hashes a file with its kind and size before it.
  if (hash.kind === "git-sha1") sum.update(`blob ${bytes}\0`);
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) sum.update(chunk);
  const actual = sum.digest("hex");
  if (actual.startsWith(hash.hex)) return;
  throw new GraftError(
    "weights-corrupt",
    `What ${url} sent is not what it promised: its ${hash.kind} is ${actual}, ${hash.hex} expected. Nothing of it was kept; try again, and mistrust the mirror or proxy if it happens again.`,
    { details: { url, expected: hash.hex, actual } },
  );
}

/** The first digits of a sha256, as file names of checkpoints carry them. */
export type HashStart = { readonly kind: "sha256-start"; readonly hex: string };
