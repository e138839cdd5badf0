import {
  type Fold,
  groupedFolds,
  groupedSplit,
  requireLearned,
  stratifiedFolds,
  stratifiedSplit,
} from "@graft-ml/core";
import type { PictureDataset, PictureSample } from "./dataset.js";
import type { DuplicateCluster } from "./find-duplicates.js";
import { linkedPictures } from "./linked-pictures.js";
import type { PictureTable, TargetSample } from "./picture-table.js";
import { withoutLeaks } from "./without-leaks.js";

/** What a sample is split by: its label, or its several labels. */
type Stratum = number | readonly number[];

/**
 * Sets some pictures apart, the same share of each stratum, or as nearly as whole groups allow where
 * pictures have groups or copies. Same seed, same split.
 */
export function setApart<S extends PictureSample | TargetSample>(
  samples: readonly S[],
  options: { validation: number; seed: number; clusters?: readonly DuplicateCluster[] },
): { train: readonly S[]; validation: readonly S[] } {
  const { labels, lots } = strataAndLots(samples, options.clusters);
  const split = lots
    ? groupedSplit(lots, { ...options, labels })
    : stratifiedSplit(labels as readonly number[], options);
  const pick = (places: readonly number[]) => places.map((place) => samples[place]!);
  return { train: pick(split.train), validation: pick(split.validation) };
}

/**
 * The training pictures in K ways divided, indices of what is learned from and what is scored: each is
 * scored once, strata are spread evenly, and no copies or groups are parted. Throws `config-invalid`, and
 * `dataset-invalid` for a class that some fold would not learn.
 */
export function foldPictures(
  { train, ...dataset }: PictureDataset | PictureTable,
  options: { folds: number; seed: number; clusters?: readonly DuplicateCluster[] },
): readonly Fold[] {
  const { labels, lots } = strataAndLots(train, options.clusters);
  const folds = lots
    ? groupedFolds(lots, { ...options, labels })
    : stratifiedFolds(labels as readonly number[], options);
  if ("classes" in dataset) {
    const { classes } = dataset;
    requireLearned(folds, { labels: labels as readonly number[], classes, noun: "picture" });
  }
  return folds;
}

/** Lots only where something must stay together, or where a picture has several labels. */
function strataAndLots(
  samples: readonly (PictureSample | TargetSample)[],
  clusters: readonly DuplicateCluster[] | undefined,
) {
  const labels = strataOf(samples);
  const lots = linkedPictures(samples, clusters);
  const isAlone = new Set(lots).size === lots.length;
  const isPlain = isAlone && labels.every((label) => typeof label === "number");
  return { labels, lots: isPlain ? undefined : lots };
}

/** How many ranges of the first number to predict get equal shares. */
const RANGES = 5;

/** Labels as they are; numbers to predict by which fifth of all samples they belong to. */
function strataOf(samples: readonly (PictureSample | TargetSample)[]): readonly Stratum[] {
  const targets = samples.flatMap((sample) => ("targets" in sample ? [sample.targets] : []));
  const areLabels = targets.flat().every((target) => target === 0 || target === 1);
  const order = [...targets.keys()].sort((a, b) => targets[a]![0]! - targets[b]![0]!);
  const range = new Map(order.map((at, rank) => [at, Math.floor((rank * RANGES) / order.length)]));
  return samples.map((sample, at) => {
    if (!("targets" in sample)) return sample.label;
    if (!areLabels) return range.get(at)!;
    return sample.targets.flatMap((target, label) => (target === 1 ? [label] : []));
  });
}

/**
 * Splits training and validation pictures anew, so that copies (`findDuplicates`) and groups never lie
 * on both sides. Those with a copy or one of their group among the test pictures are left out, and
 * told in `skipped`: the test would know them. Throws `dataset-empty`.
 */
export function splitPictures<D extends PictureDataset | PictureTable>(
  dataset: D,
  options: {
    clusters: readonly DuplicateCluster[];
    /** Share that is set apart. Default 0.2. */
    validation?: number;
    /** Default 0. */
    seed?: number;
  },
): D {
  const { clusters, validation = 0.2, seed = 0 } = options;
  const whole = withoutLeaks(inOnePart(dataset), { clusters });
  return {
    ...whole,
    ...setApart<PictureSample | TargetSample>(whole.train, { clusters, validation, seed }),
  };
}

/** The same with validation pictures among the training pictures. */
export const inOnePart = <D extends PictureDataset | PictureTable>(dataset: D): D => ({
  ...dataset,
  train: [...dataset.train, ...dataset.validation],
  validation: [],
});
