import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { zooError } from "./error.js";
import type { ZooEntry, ZooFile } from "./manifest-type.js";

const embedded = new URL("../assets/", import.meta.url);

/**
 * The safetensors bytes of an embedded backbone, its hash checked. Throws `weights-corrupt` when the
 * file is missing or is not the one that the manifest names.
 */
export const readAsset = (entry: ZooEntry, { folder = embedded } = {}): Promise<Uint8Array> =>
  readChecked(entry, { of: entry.name, folder });

/**
 * The files of a backbone's tokenizer, as they would lie in its model folder: name -> text. None of one
 * that sees pictures. Throws `weights-corrupt`, as `readAsset`.
 */
export async function readTokenizer(
  entry: ZooEntry,
  { folder = embedded } = {},
): Promise<Readonly<Record<string, string>>> {
  const files = Object.entries(entry.tokenizer ?? {});
  const texts = files.map(async ([name, file]) => {
    const bytes = await readChecked(file, { of: entry.name, folder });
    return [name, new TextDecoder().decode(bytes)] as const;
  });
  return Object.fromEntries(await Promise.all(texts));
}

async function readChecked(
  { file, sha256 }: ZooFile,
  { of, folder }: { of: string; folder: URL },
): Promise<Uint8Array> {
  const bytes = await readFile(new URL(file, folder)).catch((cause: unknown) => {
    throw zooError(
      "weights-corrupt",
      `"${of}" lacks its file ${file} in this installation of @graft-ml/zoo. Install it again.`,
      { details: { name: of, file }, cause },
    );
  });
  const actual = createHash("sha256").update(bytes).digest("hex");
  if (actual === sha256) return bytes;
  throw zooError(
    "weights-corrupt",
    `The file ${file} of "${of}" has the hash ${actual} and should have ${sha256}. Install @graft-ml/zoo again.`,
    { details: { name: of, file, expected: sha256, actual } },
  );
}
