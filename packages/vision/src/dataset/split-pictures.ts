import { groupedSplit, stratifiedSplit } from "@graft-ml/core";
import { createClusters } from "./clusters.js";
import type { PictureDataset, PictureFile, PictureSample } from "./dataset.js";
import type { DuplicateCluster } from "./find-duplicates.js";
import type { PictureTable, TargetSample } from "./picture-table.js";

/** What a sample is split by: its label, or its several labels. */
type Stratum = number | readonly number[];

/**
 * Sets some pictures apart, the same share of each stratum, or as nearly as whole groups allow where
 * pictures have groups. Same seed, same split.
 */
export function setApart<S extends PictureFile>(
  samples: readonly S[],
  strata: readonly Stratum[],
  options: { validation: number; seed: number },
): { train: readonly S[]; validation: readonly S[] } {
  const single = strata.filter((each) => typeof each === "number");
  const isGrouped = samples.some(({ group }) => group !== undefined);
  const split =
    isGrouped || single.length < strata.length
      ? groupedSplit(groupsOf(samples), { ...options, labels: strata })
      : stratifiedSplit(single, options);
  const pick = (places: readonly number[]) => places.map((place) => samples[place]!);
  return { train: pick(split.train), validation: pick(split.validation) };
}

/** How many ranges of the first number to predict get equal shares. */
const RANGES = 5;

/** Labels as they are; numbers to predict by which fifth of all samples they belong to. */
export function strataOf(samples: readonly (PictureSample | TargetSample)[]): readonly Stratum[] {
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
 * on both sides. Training and validation pictures with a copy among the test pictures are left out, and
 * told in `skipped`: the test would know them.
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
  const leaked = new Map(
    clusters.flatMap(({ samples }) => {
      const inTest = samples.find(({ part }) => part === "test");
      return inTest ? samples.map(({ path }) => [path, inTest.name] as const) : [];
    }),
  );
  const all = [...dataset.train, ...dataset.validation];
  const kept = all.filter(({ path }) => !leaked.has(path));
  const groups = joinCopies(kept, clusters);
  const grouped = kept.map((sample, index) => ({ ...sample, sample, group: groups[index]! }));
  const split = setApart(grouped, strataOf(kept), { validation, seed });
  const left = all
    .filter(({ path }) => leaked.has(path))
    .map(({ path, name }) => ({ name, reason: `a copy of ${leaked.get(path)} in the test set` }));
  return {
    ...dataset,
    train: split.train.map(({ sample }) => sample),
    validation: split.validation.map(({ sample }) => sample),
    skipped: [...dataset.skipped, ...left],
  };
}

/** A name for each picture's group; a picture without one is alone. */
const groupsOf = (samples: readonly PictureFile[]): string[] =>
  samples.map(({ group, path }) => (group === undefined ? `path ${path}` : `group ${group}`));

/** The same where copies of a group's pictures belong to the group, too. */
function joinCopies(
  samples: readonly PictureFile[],
  clusters: readonly DuplicateCluster[],
): string[] {
  const groups = groupsOf(samples);
  const joined = createClusters(samples.length);
  const first = new Map<string, number>();
  const together = (key: string, index: number): void => {
    const other = first.get(key);
    if (other === undefined) first.set(key, index);
    else joined.join(other, index);
  };
  const clusterOf = new Map(
    clusters.flatMap(({ samples: copies }, which) =>
      copies.map(({ path }) => [path, which] as const),
    ),
  );
  samples.forEach(({ path }, index) => {
    together(groups[index]!, index);
    const cluster = clusterOf.get(path);
    if (cluster !== undefined) together(`copies ${cluster}`, index);
  });
  return samples.map((_, index) => groups[joined.of(index)]!);
}
