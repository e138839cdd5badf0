import { GraftError } from "../errors.js";
import { permutation } from "../random.js";
import { checkFolds, type Fold, foldsOf } from "./folds.js";
import { fractionsOf, indicesByLabel, type Split } from "./split.js";

type Name = string | number;

export type GroupedOptions = {
  /** The label of each sample, or its labels, to be spread as evenly as the groups allow. Default: sizes alone. */
  labels?: readonly (Name | readonly Name[])[];
  seed: number;
};

/**
 * Splits samples so that no group lies in two parts, and each part comes as near to its share of the
 * samples and of each label as whole groups allow: groups of rare labels and large groups choose first
 * (a greedy search in the manner of Sechidis et al. 2011). With a group for each sample it stratifies
 * several labels a sample. Each part gets a group at least. Throws `config-invalid`.
 */
export function groupedSplit<Part extends string>(
  groups: readonly Name[],
  options: GroupedOptions & { fractions: Readonly<Record<Part, number>> },
): Split<Part>;
export function groupedSplit(
  groups: readonly Name[],
  options: GroupedOptions & { validation: number },
): Split<"train" | "validation">;
export function groupedSplit(
  groups: readonly Name[],
  options: GroupedOptions & { fractions?: Readonly<Record<string, number>>; validation?: number },
): Split<string> {
  const fractions = fractionsOf(options);
  const names = fractions.map(([name]) => name);
  const part = assign(groups, { ...options, shares: fractions.map(([, share]) => share) });
  return Object.fromEntries(
    names.map((name, which) => [name, [...part.keys()].filter((index) => part[index] === which)]),
  );
}

/** K folds that cut no group, each as like the others as `groupedSplit` makes them. Throws `config-invalid`. */
export function groupedFolds(
  groups: readonly Name[],
  options: GroupedOptions & { folds: number },
): readonly Fold[] {
  const { folds } = options;
  checkFolds(folds, new Set(groups).size, "groups");
  return foldsOf(assign(groups, { ...options, shares: Array(folds).fill(1 / folds) }), folds);
}

/** Samples that stay together: how many it has of each label, and how hard it is to place. */
type Group = {
  readonly members: readonly number[];
  readonly counts: ReadonlyMap<number, number>;
  readonly rarity: number;
};

/** The number of each sample's part. */
function assign(
  names: readonly Name[],
  options: GroupedOptions & { shares: readonly number[] },
): Uint32Array {
  const { shares } = options;
  const { groups, totals } = countLabels(names, options);
  if (groups.length < shares.length) {
    throw new GraftError(
      "config-invalid",
      `${groups.length} groups can't be split into ${shares.length} parts. Ask for fewer parts, or bring more groups.`,
      { details: { groups: groups.length, parts: shares.length } },
    );
  }
  const filled = shares.map(() => new Float64Array(totals.length));
  const parts: Group[][] = shares.map(() => []);
  for (const group of groups) {
    const costs = shares.map((share, part) => cost(group, filled[part]!, { share, totals }));
    const best = costs.indexOf(Math.min(...costs));
    parts[best]!.push(group);
    for (const [label, count] of group.counts) filled[best]![label]! += count;
  }
  fillEmpty(parts);
  const part = new Uint32Array(names.length);
  parts.forEach((list, which) => {
    for (const { members } of list) for (const index of members) part[index] = which;
  });
  return part;
}

/** Growth of the sum over the labels of (count - wanted)^2 / wanted when the group joins the part. */
function cost(
  group: Group,
  filled: Float64Array,
  { share, totals }: { share: number; totals: Float64Array },
): number {
  let sum = 0;
  for (const [label, count] of group.counts) {
    const wanted = share * totals[label]!;
    sum += (count * (2 * (filled[label]! - wanted) + count)) / wanted;
  }
  return sum;
}

/** Parts that got nothing take the smallest group of the part that has most of them. */
function fillEmpty(parts: Group[][]): void {
  for (const part of parts) {
    if (part.length > 0) continue;
    const richest = parts.reduce((a, b) => (b.length > a.length ? b : a));
    const smallest = richest.reduce((a, b) => (b.members.length < a.members.length ? b : a));
    richest.splice(richest.indexOf(smallest), 1);
    part.push(smallest);
  }
}

/** The groups, hardest to place first, equals in a seeded order; label 0 stands for every sample. */
function countLabels(names: readonly Name[], { labels, seed }: GroupedOptions) {
  if (labels && labels.length !== names.length) {
    throw new GraftError(
      "config-invalid",
      `${names.length} samples with groups need as many labels, not ${labels.length}.`,
      { details: { groups: names.length, labels: labels.length } },
    );
  }
  const places = new Map<Name, number>();
  const placeOf = (label: Name): number => {
    if (!places.has(label)) places.set(label, places.size + 1);
    return places.get(label)!;
  };
  const numbers = names.map((_, index) => [0, ...[labels?.[index] ?? []].flat().map(placeOf)]);
  const totals = new Float64Array(places.size + 1);
  for (const label of numbers.flat()) totals[label]! += 1;
  const all = indicesByLabel(names).map((members) => groupOf(members, numbers, totals));
  const order = permutation(seed, 0, all.length);
  const groups = Array.from(order, (at) => all[at]!).sort((a, b) => b.rarity - a.rarity);
  return { groups, totals };
}

function groupOf(
  members: readonly number[],
  numbers: readonly (readonly number[])[],
  totals: Float64Array,
): Group {
  const counts = new Map<number, number>();
  for (const index of members) {
    for (const label of numbers[index]!) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  let rarity = 0;
  for (const [label, count] of counts) rarity += count / totals[label]!;
  return { members, counts, rarity };
}
