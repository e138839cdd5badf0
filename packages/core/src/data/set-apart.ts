import { groupedSplit } from "./grouped-split.js";
import { stratifiedSplit } from "./split.js";

/** Anything that is sampled: a picture, a text, a question. */
export type Sample = {
  /** Unlike every other sample's; what messages call it. */
  readonly name: string;
  /** Samples of one group (a patient, an author, an article) are never split up. Default: it is alone. */
  readonly group?: string;
};

/** What a sample is split by: its label, or its several labels. */
export type Stratum = number | readonly number[];

/**
 * Sets some samples apart, the same share of each stratum, or as nearly as whole groups allow where
 * samples have groups. Same seed, same split.
 */
export function setApart<S extends Sample>(
  samples: readonly S[],
  strata: readonly Stratum[],
  options: { validation: number; seed: number },
): { train: readonly S[]; validation: readonly S[] } {
  const single = strata.filter((each) => typeof each === "number");
  const isGrouped = samples.some(({ group }) => group !== undefined);
  const split =
    isGrouped || single.length < strata.length
      ? groupedSplit(groupNames(samples), { ...options, labels: strata })
      : stratifiedSplit(single, options);
  const pick = (places: readonly number[]) => places.map((place) => samples[place]!);
  return { train: pick(split.train), validation: pick(split.validation) };
}

/** How many ranges of a number to predict get equal shares. */
const RANGES = 5;

/** Numbers to predict as strata: which fifth of all of them each belongs to. */
export function rangesOf(targets: readonly number[]): readonly number[] {
  const order = [...targets.keys()].sort((a, b) => targets[a]! - targets[b]!);
  const ranges = new Array<number>(targets.length);
  order.forEach((at, rank) => {
    ranges[at] = Math.floor((rank * RANGES) / order.length);
  });
  return ranges;
}

/** A name for each sample's group; a sample without one is alone. */
export const groupNames = (samples: readonly Sample[]): string[] =>
  samples.map(({ group, name }) => (group === undefined ? `path ${name}` : `group ${group}`));
