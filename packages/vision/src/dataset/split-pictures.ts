import { groupedSplit, stratifiedSplit } from "@graft-ml/core";
import { createClusters } from "./clusters.js";
import type { PictureFile, PictureSample, SkippedPicture } from "./dataset.js";
import type { DuplicateCluster, PictureParts } from "./find-duplicates.js";

type Split<S> = { train: readonly S[]; validation: readonly S[] };

/**
 * Sets some pictures apart, the same share of each label, or as nearly as whole groups allow where
 * pictures have groups. Same seed, same split.
 */
export function setApart<S extends PictureFile>(
  samples: readonly S[],
  options: { validation: number; seed: number },
  answer: (sample: S) => number | readonly number[],
): Split<S> {
  const answers = samples.map(answer);
  const plain = answers.filter((each) => typeof each === "number");
  const isGrouped = samples.some(({ group }) => group !== undefined);
  const split =
    isGrouped || plain.length < answers.length
      ? groupedSplit(groupsOf(samples), { ...options, labels: answers })
      : stratifiedSplit(plain, options);
  const pick = (places: readonly number[]) => places.map((place) => samples[place]!);
  return { train: pick(split.train), validation: pick(split.validation) };
}

/**
 * Splits training and validation pictures anew, so that copies (`findDuplicates`) and groups never lie
 * on both sides. Training and validation pictures with a copy among the test pictures are left out, and
 * told in `skipped`: the test would know them.
 */
export function splitPictures<
  D extends PictureParts<PictureSample> & { readonly skipped: readonly SkippedPicture[] },
>(
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
  const joined = joinCopies(kept, clusters);
  const split = setApart(
    kept.map((sample, index) => ({ sample, ...sample, group: joined[index]! })),
    { validation, seed },
    ({ label }) => label,
  );
  const bare = (samples: readonly { sample: PictureSample }[]) => samples.map((s) => s.sample);
  const left = all
    .filter(({ path }) => leaked.has(path))
    .map(({ path, name }) => ({ name, reason: `a copy of ${leaked.get(path)} in the test set` }));
  return {
    ...dataset,
    train: bare(split.train),
    validation: bare(split.validation),
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
