import { createHash } from "node:crypto";
import { bytesOf, type FloatWeights } from "@graft-ml/core";
import { namesOf, type TaskData } from "../task/task-kind.js";

/** A hash of which pictures are in which part under which label. */
export function datasetFingerprint(dataset: TaskData): string {
  const { train, validation, test } = dataset;
  const classes = namesOf(dataset);
  const names = [train, validation, test].map((part) =>
    part.map((sample) => [sample.name, "label" in sample ? sample.label : sample.targets]),
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
