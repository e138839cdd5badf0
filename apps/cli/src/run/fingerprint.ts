import { createHash } from "node:crypto";
import { bytesOf, type FloatWeights } from "@graft-ml/core";
import type { TaskData, TaskSample } from "../task/task-kind.js";

/** A hash of which samples are in which part under which answer. */
export function datasetFingerprint(
  { train, validation, test }: TaskData,
  classes: readonly string[],
): string {
  const names = [train, validation, test].map((part) =>
    part.map((sample: TaskSample) => [sample.name, answerOf(sample)]),
  );
  return createHash("sha256")
    .update(JSON.stringify([classes, names]))
    .digest("hex");
}

function answerOf(sample: TaskSample): unknown {
  if ("label" in sample) return sample.label;
  if ("targets" in sample) return sample.targets;
  if ("labels" in sample) return sample.labels;
  // Texts alone are their own answers.
  return "answers" in sample ? sample.answers : [sample.text, sample.pair];
}

/** A hash of every weight's name and bytes. */
export function weightsFingerprint(weights: FloatWeights): string {
  const hash = createHash("sha256");
  for (const name of Object.keys(weights).sort()) {
    hash.update(name).update(bytesOf(weights[name]!));
  }
  return hash.digest("hex");
}
