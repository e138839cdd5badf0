import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import type { Json } from "@graft-ml/core";
import type { PictureSample } from "./dataset.js";
import type { TargetSample } from "./picture-table.js";

/** What `dataKey` takes: a hash of the names, sizes and times of change of these pictures, in order. */
export async function fingerprintPictures(
  samples: readonly (PictureSample | TargetSample)[],
): Promise<Json> {
  const hash = createHash("sha256");
  for (const sample of samples) {
    const { size, mtimeMs } = await stat(sample.path);
    const answer = "label" in sample ? sample.label : sample.targets;
    hash.update(JSON.stringify([sample.name, answer, size, mtimeMs]));
  }
  return hash.digest("hex");
}
