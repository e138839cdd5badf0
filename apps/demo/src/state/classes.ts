import { type Signal, signal } from "@preact/signals";
import type { ClassOfSamples, Kind, SampleId } from "../studio/studio.js";
import { kind, perKind } from "./kind.js";

/** Something that was given as an example: a picture's file, or a text. */
export type Sample = {
  readonly id: SampleId;
  readonly name: string;
  readonly item: Blob | string;
  /** Of a table's text: its table and line. */
  readonly place?: string;
};

/** A class as it is being taught. */
export type TaughtClass = {
  readonly key: number;
  readonly name: Signal<string>;
  readonly samples: Signal<readonly Sample[]>;
};

let keys = 0;

const emptyClass = (name: string): TaughtClass => {
  keys += 1;
  return { key: keys, name: signal(name), samples: signal([]) };
};

const twoClasses = (): readonly TaughtClass[] => [emptyClass("Class 1"), emptyClass("Class 2")];

const lists = perKind(() => signal(twoClasses()));

/** The classes of the kind that is being taught. */
export const classes = (of: Kind = kind.value): Signal<readonly TaughtClass[]> => lists[of];

export function addClass(of: Kind, name?: string): TaughtClass {
  const list = lists[of];
  const made = emptyClass(name ?? freeName(list.value));
  list.value = [...list.value, made];
  return made;
}

/** The class of that name. A nameless start gives way to the first classes that come with names of their own. */
export function classNamed(of: Kind, name: string): TaughtClass {
  const list = lists[of];
  const known = list.value.find((taught) => taught.name.value.trim() === name);
  if (known) return known;
  const unused = list.value.find(
    (taught) => taught.samples.value.length === 0 && /^Class \d+$/.test(taught.name.value),
  );
  if (unused === undefined) return addClass(of, name);
  unused.name.value = name;
  return unused;
}

export function dropClass(of: Kind, taught: TaughtClass): void {
  const list = lists[of];
  list.value = list.value.filter((other) => other !== taught);
}

export function startOver(of: Kind): void {
  lists[of].value = twoClasses();
}

/** The classes that have samples, as the worker is told them. */
export const taughtClasses = (of: Kind): readonly ClassOfSamples[] =>
  lists[of].value
    .filter((taught) => taught.samples.value.length > 0)
    .map((taught) => ({
      name: taught.name.value.trim(),
      ids: taught.samples.value.map((sample) => sample.id),
    }));

export const sampleCount = (of: Kind): number =>
  taughtClasses(of).reduce((sum, { ids }) => sum + ids.length, 0);

/** What is wrong with a class's name among all of them, or undefined. */
export function nameTrouble(of: Kind, taught: TaughtClass): string | undefined {
  const name = taught.name.value.trim();
  if (name === "") return "Give this class a name.";
  const same = lists[of].value.some(
    (other) => other !== taught && other.name.value.trim() === name,
  );
  return same ? `Another class is named "${name}" too; give one a different name.` : undefined;
}

function freeName(list: readonly TaughtClass[]): string {
  const taken = new Set(list.map((taught) => taught.name.value));
  let number = list.length + 1;
  while (taken.has(`Class ${number}`)) number += 1;
  return `Class ${number}`;
}
