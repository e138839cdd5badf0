import { GraftError } from "@graft-ml/core";
import type { ReadEvent } from "../modality/modality.js";
import type { Domain, LabelledDomain } from "./domain.js";

/** Throws `dataset-invalid`. */
export function requireTwoClasses(data: string, classes: readonly string[]): void {
  if (classes.length > 1) return;
  throw new GraftError(
    "dataset-invalid",
    `${data} has the class ${classes[0]} alone, so there is nothing to tell apart. Give two classes at least.`,
    { details: { data, classes } },
  );
}

/** What the measures of a shift need. */
const FEWEST = 5;

/** Throws `dataset-invalid` for a domain that is too small. */
export function requireSamples(...domains: readonly Domain[]): void {
  const small = domains.find(({ samples }) => samples.length < FEWEST);
  if (!small) return;
  const { data, samples } = small;
  throw new GraftError(
    "dataset-invalid",
    `${data} has ${samples.length} samples, too few to adapt from or to. Give ${FEWEST} at least, and better some hundred.`,
    { details: { data, samples: samples.length } },
  );
}

/** Methods that bring whole domains together suffer where the target lacks classes. */
export function* missingClasses(
  { classes }: LabelledDomain,
  { labels }: Domain,
): Generator<ReadEvent> {
  if (!labels) return;
  const missing = classes.filter((_, at) => !labels.includes(at));
  if (missing.length === 0) return;
  yield {
    type: "data-note",
    note: `The target has no sample of ${missing.join(", ")}: methods that bring whole domains together may suffer from that.`,
  };
}
