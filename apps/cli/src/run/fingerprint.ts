import { createHash } from "node:crypto";
import { bytesOf, type FloatWeights } from "@graft-ml/core";
import type { PictureDataset } from "@graft-ml/vision/node";

/** A hash of which pictures are in which part under which label. */
export function datasetFingerprint({ classes, train, validation, test }: PictureDataset): string {
  const names = [train, validation, test].map((part) =>
    part.map(({ name, label }) => [name, label]),
  );
  return createHash("sha256")
    .update(JSON.stringify([classes, names]))
    .digest("hex");
}

/** A hash of every weight's name and bytes. */
export function weightsFingerprint(weights: FloatWeights): string {
  const hash = createHash("sha256");
  for (const name of Object.keys(weights).sort()) {
    hash.update(name).update(bytesOf(weights[name]!));
  }
  return hash.digest("hex");
}
