import { type Copies, GraftError, type Parts } from "@graft-ml/core";
import type { TextDatasets, TextTask } from "./dataset.js";
import type { AnySample } from "./strata.js";

/** The parts that score what is learned from a part. */
const judges = { train: ["test", "validation"], validation: ["test"] } as const;

/**
 * Leaves out the texts that would make scores too good, and tells them in `skipped`: those with a copy
 * (`findDuplicateTexts`) or one of their group in a part that scores theirs. The parts stay as they are
 * otherwise. Throws `dataset-empty` where no training text is left.
 */
export function withoutKnownTexts<D extends TextDatasets[TextTask]>(
  dataset: D,
  { copies }: { copies: readonly Copies[] },
): D {
  const reasonOf = leaks(dataset, copies);
  const part = (name: keyof typeof judges) => {
    const samples: readonly AnySample[] = dataset[name];
    const told = samples.map((sample) => ({ sample, reason: reasonOf(name, sample) }));
    return {
      kept: told.flatMap(({ sample, reason }) => (reason === undefined ? [sample] : [])),
      left: told.flatMap(({ sample, reason }) =>
        reason === undefined ? [] : [{ name: sample.name, reason }],
      ),
    };
  };
  const [train, validation] = [part("train"), part("validation")];
  if (train.kept.length === 0 && dataset.train.length > 0) {
    throw new GraftError(
      "dataset-empty",
      `Every training text of ${dataset.root} has a copy, or one of its group, among the texts that would score it. Bring other texts, or keep the copies.`,
      { details: { left: train.left.length } },
    );
  }
  const skipped = [...dataset.skipped, ...train.left, ...validation.left];
  return { ...dataset, train: train.kept, validation: validation.kept, skipped };
}

/** Why a text can't stay in its part; undefined where it can. */
function leaks(parts: Parts<AnySample>, copies: readonly Copies[]) {
  const clusterOf = new Map(
    copies.flatMap(({ samples }, which) => samples.map(({ name }) => [name, which] as const)),
  );
  const firstBy = <K>(
    samples: readonly AnySample[],
    keyOf: (sample: AnySample) => K | undefined,
  ) => {
    const first = new Map<K | undefined, string>(
      samples.toReversed().map((sample) => [keyOf(sample), sample.name]),
    );
    first.delete(undefined);
    return (sample: AnySample) => first.get(keyOf(sample));
  };
  const known = (samples: readonly AnySample[]) => ({
    copyOf: firstBy(samples, ({ name }) => clusterOf.get(name)),
    groupOf: firstBy(samples, ({ group }) => group),
  });
  const knownTo = { test: known(parts.test), validation: known(parts.validation) };
  return (part: keyof typeof judges, sample: AnySample): string | undefined => {
    for (const judge of judges[part]) {
      const copy = knownTo[judge].copyOf(sample);
      if (copy !== undefined) return `a copy of ${copy} in the ${judge} set`;
      const other = knownTo[judge].groupOf(sample);
      if (other !== undefined) return `of one group with ${other} in the ${judge} set`;
    }
    return undefined;
  };
}
