import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import type { Json } from "@graft-ml/core";
import type { PictureSample } from "./dataset.js";

/** What `dataKey` takes: a hash of the names, sizes and times of change of these pictures, in order. */
export async function fingerprintPictures(samples: readonly PictureSample[]): Promise<Json> {
  const hash = createHash("sha256");
  for (const { path, name, label } of samples) {
    const { size, mtimeMs } = await stat(path);
    hash.update(JSON.stringify([name, label, size, mtimeMs]));
  }
  return hash.digest("hex");
}
