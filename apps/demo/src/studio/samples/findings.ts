import type { Clusters } from "@graft-ml/core";
import type { ClassOfSamples, Finding, Kind, SampleId } from "../studio.js";

/** Samples of a class below which scores say little, and below which nothing can be set apart. */
const [FEW, LEAST] = [10, 2];

/** How many times as large as the smallest class the largest may be. */
const UNBALANCED = 5;

/** What is wrong with classes of samples that could be read; `clusters` says which of all samples are copies. */
export function findingsOf(
  kind: Kind,
  classes: readonly ClassOfSamples[],
  clusters: Clusters,
): readonly Finding[] {
  return [
    ...tooFewClasses(classes),
    ...tooFewSamples(kind, classes),
    ...outOfBalance(kind, classes),
    ...copied(kind, classes, clusters),
  ];
}

function tooFewClasses(classes: readonly ClassOfSamples[]): readonly Finding[] {
  const filled = classes.filter(({ ids }) => ids.length > 0);
  if (filled.length >= 2) return [];
  const message =
    filled.length === 0
      ? "There is nothing to learn from yet. Fill two classes or more."
      : `There is one class, "${filled[0]!.name}", and nothing to tell it from. Fill a second one.`;
  return [{ what: "few-classes", message, ids: [], stops: true }];
}

function tooFewSamples(kind: Kind, classes: readonly ClassOfSamples[]): readonly Finding[] {
  return classes
    .filter(({ ids }) => ids.length < FEW && (ids.length > 0 || classes.length > 1))
    .map(({ name, ids }): Finding => {
      const stops = ids.length < LEAST;
      const has = `"${name}" has ${counted(ids.length, kind)}`;
      const message = stops
        ? `${has}: one to learn from and one to judge by are the least.`
        : `${has}. It will learn, but how well is hard to tell: ten or more are better.`;
      return { what: "few-samples", message, ids: [], stops };
    });
}

function outOfBalance(kind: Kind, classes: readonly ClassOfSamples[]): readonly Finding[] {
  const filled = classes.filter(({ ids }) => ids.length > 0);
  const bySize = filled.toSorted((a, b) => a.ids.length - b.ids.length);
  const [smallest, largest] = [bySize[0], bySize.at(-1)];
  if (!smallest || !largest || largest.ids.length < UNBALANCED * smallest.ids.length) return [];
  const message = `"${largest.name}" has ${counted(largest.ids.length, kind)} and "${smallest.name}" ${smallest.ids.length}: what is rare will be taken for what is common. Add to "${smallest.name}".`;
  return [{ what: "unbalanced", message, ids: [], stops: false }];
}

type Copy = { readonly id: SampleId; readonly name: string };

function copied(
  kind: Kind,
  classes: readonly ClassOfSamples[],
  clusters: Clusters,
): readonly Finding[] {
  const copies = groupsOf(classes, clusters).filter((group) => group.length > 1);
  if (copies.length === 0) return [];
  const extra = copies.reduce((sum, group) => sum + group.length - 1, 0);
  const message = `${counted(extra, kind)} ${extra === 1 ? "is a copy" : "are copies"} of others. Copies are learned from or judged by together, never one of each.`;
  return [{ what: "copies", message, ids: idsOf(copies), stops: false }, ...contradictions(copies)];
}

/** The same sample in two classes. */
function contradictions(copies: readonly (readonly Copy[])[]): readonly Finding[] {
  const torn = copies.filter((group) => new Set(group.map(({ name }) => name)).size > 1);
  const [first] = torn;
  if (first === undefined) return [];
  const [one, other] = [...new Set(first.map(({ name }) => name))];
  const many = torn.length === 1 ? "One of them is" : `${torn.length} of them are`;
  const message = `${many} in two classes, such as "${one}" and "${other}": one of these is wrong. Remove it.`;
  return [{ what: "contradictions", message, ids: idsOf(torn), stops: false }];
}

/** Samples that are copies of each other stand together; `clusters` counts them class by class. */
function groupsOf(classes: readonly ClassOfSamples[], clusters: Clusters): readonly Copy[][] {
  const all = classes.flatMap(({ name, ids }) => ids.map((id) => ({ id, name })));
  const groups = new Map<number, Copy[]>();
  for (const [at, copy] of all.entries()) {
    const group = groups.get(clusters.of(at));
    if (group) group.push(copy);
    else groups.set(clusters.of(at), [copy]);
  }
  return [...groups.values()];
}

const idsOf = (groups: readonly (readonly Copy[])[]): readonly SampleId[] =>
  groups.flat().map(({ id }) => id);

const counted = (count: number, kind: Kind): string =>
  `${count} ${kind === "pictures" ? "picture" : "text"}${count === 1 ? "" : "s"}`;
