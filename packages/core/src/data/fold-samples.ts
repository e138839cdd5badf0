import { GraftError } from "../errors.js";
import { type Fold, stratifiedFolds } from "./folds.js";
import { groupedFolds } from "./grouped-split.js";
import type { Sample, Stratum } from "./set-apart.js";
import { type Copies, joinCopies } from "./split-samples.js";

/**
 * K folds in which copies and groups never lie on both sides and strata are spread evenly, or as nearly as
 * whole groups allow: indices of what is learned from and what is scored; each sample is scored once. Same
 * seed, same folds. Throws `config-invalid`.
 */
export function foldSamples<S extends Sample>(
  samples: readonly S[],
  options: {
    copies: readonly Copies[];
    strataOf: (samples: readonly S[]) => readonly Stratum[];
    folds: number;
    seed: number;
  },
): readonly Fold[] {
  const { copies, strataOf, folds, seed } = options;
  const strata = strataOf(samples);
  const groups = joinCopies(samples, copies);
  const single = strata.filter((each) => typeof each === "number");
  const isAlone = new Set(groups).size === groups.length;
  return isAlone && single.length === strata.length
    ? stratifiedFolds(single, { folds, seed })
    : groupedFolds(groups, { labels: strata, folds, seed });
}

/** Throws `dataset-invalid` for a class that some fold scores and does not learn. */
export function requireLearned(
  folds: readonly Fold[],
  about: {
    /** The class of each sample. */
    labels: readonly number[];
    classes: readonly string[];
    /** What a sample is: "picture". */
    noun: string;
  },
): void {
  const { labels, classes, noun } = about;
  for (const { train, validation } of folds) {
    const learned = new Set(train.map((at) => labels[at]));
    const lost = validation.find((at) => !learned.has(labels[at]!));
    if (lost === undefined) continue;
    const name = classes[labels[lost]!]!;
    throw new GraftError(
      "dataset-invalid",
      `The class "${name}" can't be learned and scored at once: its ${noun}s are one, or all copies or of one group. Bring others, or leave the class out.`,
      { details: { class: name } },
    );
  }
}
