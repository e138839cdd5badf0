import { GraftError } from "@graft-ml/core";
import type { AnsweredText } from "../texts/text-source.js";
import type { FewShotTextsOptions } from "./few-shot-options.js";

export type FewShotLabels = {
  readonly train: readonly number[];
  readonly validation?: readonly number[];
  readonly numClasses: number;
};

/**
 * The class of every text, looked at before anything is trained. Throws `dataset-empty`, and `dataset-invalid`
 * for a text without a label, a label outside the classes, or a class without a text to learn from.
 */
export function fewShotLabels(
  options: Pick<FewShotTextsOptions, "train" | "validation" | "numClasses">,
): FewShotLabels {
  const train = labelsOf(options.train, "train");
  const numClasses = options.numClasses ?? train.reduce((a, b) => Math.max(a, b)) + 1;
  const seen = new Set(train);
  const missing = Array.from({ length: numClasses }, (_, label) => label).find(
    (label) => !seen.has(label),
  );
  if (missing !== undefined) {
    throw invalid(
      `The class ${missing} has no text in "train". Add one, or number the classes anew.`,
    );
  }
  const validation = options.validation && labelsOf(options.validation, "validation");
  for (const label of [...seen, ...(validation ?? [])]) {
    if (label >= 0 && label < numClasses && Number.isInteger(label)) continue;
    throw invalid(`The label ${label} is outside the ${numClasses} classes, which count from 0.`);
  }
  return { train, numClasses, ...(validation ? { validation } : {}) };
}

function labelsOf(texts: readonly AnsweredText[], part: string): readonly number[] {
  if (texts.length === 0) {
    throw new GraftError(
      "dataset-empty",
      `There are no texts in "${part}". Add some, or leave it out.`,
    );
  }
  return texts.map(({ label, name }, at) => {
    if (label !== undefined) return label;
    throw invalid(
      `${name ?? `Text ${at}`} of "${part}" has no label. Few-shot learning takes one class a text.`,
    );
  });
}

const invalid = (message: string): GraftError => new GraftError("dataset-invalid", message);
