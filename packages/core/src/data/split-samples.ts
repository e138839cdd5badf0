import { createClusters } from "./clusters.js";
import { groupNames, type Sample, type Stratum, setApart } from "./set-apart.js";

/** The parts of a data set, whatever its samples are. */
export type Parts<S extends Sample = Sample> = {
  readonly train: readonly S[];
  readonly validation: readonly S[];
  readonly test: readonly S[];
};

/** Samples that are copies of each other. */
export type Copies<S extends Sample = Sample> = {
  /** Two or more, in the order of the parts. */
  readonly samples: readonly (S & { readonly part: keyof Parts })[];
  /** Whether they are all the same, not only nearly. */
  readonly exact: boolean;
  /** Whether copies have different labels or targets: one of them is wrong. */
  readonly acrossClasses: boolean;
  /** Whether copies lie in more than one part: scores are too good then. */
  readonly acrossParts: boolean;
};

/**
 * Splits training and validation samples anew, so that copies and groups never lie on both sides.
 * Training and validation samples with a copy among the test samples are left out, and told in
 * `skipped`: the test would know them.
 */
export function splitSamples<S extends Sample>(
  { train, validation }: Pick<Parts<S>, "train" | "validation">,
  options: {
    copies: readonly Copies[];
    strataOf: (samples: readonly S[]) => readonly Stratum[];
    /** Share that is set apart. Default 0.2. */
    validation?: number;
    /** Default 0. */
    seed?: number;
  },
): {
  train: readonly S[];
  validation: readonly S[];
  skipped: readonly { readonly name: string; readonly reason: string }[];
} {
  const { copies, strataOf, validation: share = 0.2, seed = 0 } = options;
  const leaked = new Map(
    copies.flatMap(({ samples }) => {
      const inTest = samples.find(({ part }) => part === "test");
      return inTest ? samples.map(({ name }) => [name, inTest.name] as const) : [];
    }),
  );
  const all = [...train, ...validation];
  const kept = all.filter(({ name }) => !leaked.has(name));
  const groups = joinCopies(kept, copies);
  const grouped = kept.map((sample, at) => ({ name: sample.name, sample, group: groups[at]! }));
  const split = setApart(grouped, strataOf(kept), { validation: share, seed });
  return {
    train: split.train.map(({ sample }) => sample),
    validation: split.validation.map(({ sample }) => sample),
    skipped: all
      .filter(({ name }) => leaked.has(name))
      .map(({ name }) => ({ name, reason: `a copy of ${leaked.get(name)} in the test set` })),
  };
}

/** A name for each sample's group, where copies of a group's samples belong to the group, too. */
export function joinCopies(samples: readonly Sample[], copies: readonly Copies[]): string[] {
  const groups = groupNames(samples);
  const joined = createClusters(samples.length);
  const first = new Map<string, number>();
  const together = (key: string, index: number): void => {
    const other = first.get(key);
    if (other === undefined) first.set(key, index);
    else joined.join(other, index);
  };
  const clusterOf = new Map(
    copies.flatMap(({ samples: same }, which) => same.map(({ name }) => [name, which] as const)),
  );
  samples.forEach(({ name }, index) => {
    together(groups[index]!, index);
    const cluster = clusterOf.get(name);
    if (cluster !== undefined) together(`copies ${cluster}`, index);
  });
  return samples.map((_, index) => groups[joined.of(index)]!);
}

/** Groups the samples of all parts whose clusters say that they are copies; the largest first. */
export function copiesOf<S extends Sample>(
  all: readonly (S & { readonly part: keyof Parts })[],
  options: {
    clusterOf: (index: number) => number;
    /** The same for two samples that are the same, not only nearly. */
    exactKey: (index: number) => string;
    /** What the sample is labelled with. */
    answerOf: (sample: S) => string;
  },
): Copies<S>[] {
  const { clusterOf, exactKey, answerOf } = options;
  const members = new Map<number, number[]>();
  all.forEach((_, index) => {
    const cluster = members.get(clusterOf(index));
    if (cluster) cluster.push(index);
    else members.set(clusterOf(index), [index]);
  });
  const differ = (indices: readonly number[], of: (index: number) => string): boolean =>
    new Set(indices.map(of)).size > 1;
  return [...members.values()]
    .filter((indices) => indices.length > 1)
    .map((indices) => ({
      samples: indices.map((index) => all[index]!),
      exact: !differ(indices, exactKey),
      acrossClasses: differ(indices, (index) => answerOf(all[index]!)),
      acrossParts: differ(indices, (index) => all[index]!.part),
    }))
    .sort((a, b) => b.samples.length - a.samples.length);
}
