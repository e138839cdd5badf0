import { type Copies, GraftError, splitSamples } from "@graft-ml/core";
import type { TextDatasets, TextTask } from "./dataset.js";
import { type AnySample, textStrata } from "./strata.js";

/**
 * Splits training and validation texts anew, so that copies (`findDuplicateTexts`) and groups never lie
 * on both sides. Training and validation texts with a copy among the test texts are left out, and told
 * in `skipped`: the test would know them. Throws `dataset-empty` where none is left.
 */
export function splitTexts<D extends TextDatasets[TextTask]>(
  dataset: D,
  options: {
    copies: readonly Copies[];
    /** Share that is set apart. Default 0.2. */
    validation?: number;
    /** Default 0. */
    seed?: number;
  },
): D {
  const { train, validation } = dataset;
  const split = splitSamples<AnySample>(
    { train, validation },
    { ...options, strataOf: textStrata },
  );
  if (split.train.length === 0) {
    throw new GraftError(
      "dataset-empty",
      `Every training text of ${dataset.root} has a copy in the test set. Bring other texts.`,
      { details: { skipped: split.skipped.length } },
    );
  }
  return { ...dataset, ...split, skipped: [...dataset.skipped, ...split.skipped] };
}
