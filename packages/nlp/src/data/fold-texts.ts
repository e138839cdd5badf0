import { type Copies, type Fold, foldSamples, requireLearned } from "@graft-ml/core";
import type { TextDatasets, TextTask } from "./dataset.js";
import { type AnySample, textStrata } from "./strata.js";

/**
 * The training texts in K ways divided, indices of what is learned from and what is scored: each is scored
 * once, answers are spread evenly (`openTexts` says how), and no copies (`findDuplicateTexts`) or groups are
 * parted. Throws `config-invalid` for more folds than can be made, and `dataset-invalid` for a class that
 * some fold would not learn.
 */
export function foldTexts(
  dataset: TextDatasets[TextTask],
  options: { folds: number; seed: number; copies?: readonly Copies[] },
): readonly Fold[] {
  const { copies = [] } = options;
  const train: readonly AnySample[] = dataset.train;
  const folds = foldSamples(train, { ...options, copies, strataOf: textStrata });
  if (dataset.task === "classes") {
    const { classes } = dataset;
    const labels = dataset.train.map(({ label }) => label);
    requireLearned(folds, { labels, classes, noun: "text" });
  }
  return folds;
}
