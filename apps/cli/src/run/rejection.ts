import { existsSync } from "node:fs";
import { GraftError } from "@graft-ml/core";
import { writeFileAtomic } from "@graft-ml/core/node";
import { readJson } from "../files.js";
import type { Reading } from "../task/reading.js";
import { type RejectionSearch, rejectionSearch } from "../task/rejection.js";
import type { TaskData } from "../task/task-kind.js";
import { percent } from "../terminal/render.js";
import type { TrainOptions } from "./train-options.js";

export type RejectionEvent = { readonly type: "rejection-chosen" } & Omit<RejectionSearch, "curve">;

/** Throws `usage` where there are no classes, or no pictures, that a threshold could be chosen on. */
export function checkRejection(
  {
    reject,
    task,
    folds,
    validation,
  }: Pick<TrainOptions, "reject" | "task" | "folds" | "validation">,
  dataset: Pick<TaskData, "validation">,
): void {
  if (reject === null) return;
  if (task !== "image" && task !== "text") {
    throw new GraftError("usage", `--reject is for one class each, and the task is ${task}.`);
  }
  if (folds !== null) {
    throw new GraftError(
      "usage",
      "--reject chooses its threshold on what is set apart for validation, and --folds sets none apart. Leave one of them out.",
    );
  }
  if (dataset.validation.length > 0) return;
  throw new GraftError(
    "usage",
    `--reject chooses its threshold on what is set apart for validation, and there is nothing: ${validation === 0 ? "--validation is 0 and the data has no val folder" : "the classes are too small to set any apart"}. Add a val folder, or give --validation 0.2 and more data.`,
  );
}

/** Keeps how the threshold was looked for, and tells what was found. */
export async function* keepRejection(
  path: string,
  reading: Reading,
): AsyncGenerator<RejectionEvent, void> {
  if (!("search" in reading) || !reading.search) return;
  const { curve: _, ...found } = reading.search;
  await writeFileAtomic(path, `${JSON.stringify(reading.search, null, 2)}\n`);
  yield { type: "rejection-chosen", ...found };
}

/** Undefined where a run was not asked to reject. Throws `run-invalid`. */
export const readRejection = async (path: string): Promise<RejectionSearch | undefined> =>
  existsSync(path) ? readJson(path, rejectionSearch, "run-invalid") : undefined;

export const toldRejection = ({ chosen }: RejectionEvent): string | undefined =>
  chosen === null
    ? undefined
    : `"None of these" below a confidence of ${percent(chosen.threshold)}: ${percent(chosen.coverage)} of the ${chosen.count} validation samples are accepted, ${percent(chosen.precision)} of these right`;

export const rejectionWarning = ({ chosen, wanted, count }: RejectionEvent): string | undefined =>
  chosen === null
    ? `no confidence has ${percent(wanted)} of the ${count} validation samples above it right, so the model rejects nothing. Ask for less with --reject, or give more data.`
    : undefined;
