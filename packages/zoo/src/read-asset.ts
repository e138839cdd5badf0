import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { zooError } from "./error.js";
import type { ZooEntry } from "./manifest-type.js";

const embedded = new URL("../assets/", import.meta.url);

/**
 * The safetensors bytes of an embedded backbone, its hash checked. Throws `weights-corrupt` when the
 * file is missing or is not the one that the manifest names.
 */
export async function readAsset(entry: ZooEntry, { folder = embedded } = {}): Promise<Uint8Array> {
  const { name, file, sha256 } = entry;
  const bytes = await readFile(new URL(file, folder)).catch((cause: unknown) => {
    throw zooError(
      "weights-corrupt",
      `The weights of "${name}" (${file}) are missing from this installation of @graft-ml/zoo. Install it again.`,
      { details: { name, file }, cause },
    );
  });
  const actual = createHash("sha256").update(bytes).digest("hex");
  if (actual === sha256) return bytes;
  throw zooError(
    "weights-corrupt",
    `The weights of "${name}" (${file}) have the hash ${actual} and should have ${sha256}. Install @graft-ml/zoo again.`,
    { details: { name, file, expected: sha256, actual } },
  );
}
