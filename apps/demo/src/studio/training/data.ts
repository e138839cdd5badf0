import { sortedNames } from "@graft-ml/nlp";
import type { Held } from "../samples/mediums.js";
import type { Shelf } from "../samples/shelf.js";
import type { ClassOfSamples, Kind, SampleId } from "../studio.js";

/** A sample as `graft train` knows it. */
export type LabelledSample = {
  readonly id: SampleId;
  /** Unlike every other's: a picture's class and file, a text's table and line. */
  readonly name: string;
  /** Its place in `classes`. */
  readonly label: number;
};

export type Data = {
  readonly classes: readonly string[];
  readonly samples: readonly LabelledSample[];
};

/**
 * Classes and samples in the order and under the names that `graft train` gives them: the same files give the
 * same network, however they came. Pictures stand by class and name, texts as their table has them.
 */
export function dataOf(
  kind: Kind,
  classes: readonly ClassOfSamples[],
  shelf: Pick<Shelf, "take">,
): Data {
  const names = sorted[kind](classes.map(({ name }) => name));
  const samples = classes.flatMap(({ name, ids }) => {
    const held = shelf.take(ids);
    const label = names.indexOf(name);
    return ids.map((id, at) => ({ id, label, name: named[kind](held[at]!, name) }));
  });
  return { classes: names, samples: unlike(samples.sort(orders[kind])) };
}

const sorted: Readonly<Record<Kind, (names: readonly string[]) => readonly string[]>> = {
  pictures: (names) => names.toSorted(),
  texts: sortedNames,
};

const named: Readonly<Record<Kind, (sample: Held, className: string) => string>> = {
  pictures: ({ name }, className) => `${className}/${name}`,
  texts: ({ name }) => name,
};

type Order = (a: LabelledSample, b: LabelledSample) => number;

const orders: Readonly<Record<Kind, Order>> = {
  pictures: (a, b) => a.label - b.label || compare(a.name, b.name) || a.id - b.id,
  texts: (a, b) => a.id - b.id,
};

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The second of a name is told apart: files of one name may come from several folders. */
function unlike(samples: readonly LabelledSample[]): readonly LabelledSample[] {
  const taken = new Set<string>();
  return samples.map((sample) => {
    let { name } = sample;
    for (let number = 2; taken.has(name); number++) name = `${sample.name} (${number})`;
    taken.add(name);
    return { ...sample, name };
  });
}
