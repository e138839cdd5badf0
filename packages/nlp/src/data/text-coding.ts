import { GraftError } from "@graft-ml/core";
import { sortedNames } from "./answers.js";
import type { LabelledText, SkippedText, TargetText, TextSample } from "./dataset.js";
import type { RawText } from "./read-texts.js";

/** How answers become numbers. */
export type Coding<S> = {
  /** The classes, labels or columns, in their order. */
  readonly names: readonly string[];
  code(text: RawText): S;
};

/** A text alone, without what a file says about it. */
export const plainText = ({ answer: _, place: __, ...text }: RawText): TextSample => text;

/** Classes as they occur in `train`, unless they are given. Throws `dataset-invalid`. */
export function classCoding(
  train: Iterable<string>,
  options: { root: string; names?: readonly string[] },
): Coding<LabelledText> {
  const names = options.names ?? sortedNames(train);
  if (names.length < 2) {
    throw new GraftError(
      "dataset-invalid",
      `${options.root} has one class only, "${names[0]}". Add texts of another, or name the column of labels: label.`,
      { details: { classes: names } },
    );
  }
  const places = placesOf(names);
  const code = (text: RawText): LabelledText => {
    const label = placeOf(places, text, String(text.answer[0]), options.names !== undefined);
    return { ...plainText(text), label };
  };
  return { names, code };
}

/** Labels as they occur in `train`, unless they are given. Throws `dataset-invalid`. */
export function labelsCoding(
  train: Iterable<string>,
  options: { root: string; names?: readonly string[] },
): Coding<TargetText> {
  const names = options.names ?? sortedNames(train);
  if (names.length === 0) {
    throw new GraftError(
      "dataset-invalid",
      `${options.root} has no label. Name the column: label.`,
    );
  }
  const places = placesOf(names);
  const code = (text: RawText): TargetText => {
    const targets = new Array<number>(names.length).fill(0);
    for (const label of text.answer) {
      targets[placeOf(places, text, String(label), options.names !== undefined)] = 1;
    }
    return { ...plainText(text), targets };
  };
  return { names, code };
}

export const numbersCoding = (names: readonly string[]): Coding<TargetText> => ({
  names,
  code: (text) => ({ ...plainText(text), targets: text.answer as readonly number[] }),
});

const placesOf = (names: readonly string[]): ReadonlyMap<string, number> =>
  new Map(names.map((name, place) => [name, place]));

function placeOf(
  places: ReadonlyMap<string, number>,
  { name }: TextSample,
  label: string,
  given: boolean,
): number {
  const place = places.get(label);
  if (place !== undefined) return place;
  const whose = given ? "the model" : "the training texts";
  const some = [...places.keys()].slice(0, 8).join(", ");
  throw new GraftError(
    "dataset-invalid",
    `${name} has the label "${label}", which is none of the ${places.size} of ${whose} (${some}${places.size > 8 ? ", ..." : ""}). Rename or remove it, or train on texts that have it.`,
    { details: { name, label, names: [...places.keys()] } },
  );
}

/** Classes that are so many different numbers are hardly classes. */
export function checkClassNumbers(names: readonly string[], count: number, root: string): void {
  const areNumbers = names.every((name) => Number.isFinite(Number(name)));
  const areMany = names.length > 20 && names.length * 4 > count;
  if (!areMany) return;
  throw new GraftError(
    "dataset-invalid",
    `${root} has ${names.length} different labels on ${count} texts (${names.slice(0, 4).join(", ")}, ...). ${
      areNumbers
        ? 'Pass the task "regression" for numbers to predict'
        : "Name the column of labels: label"
    }.`,
    { details: { labels: names.length, texts: count } },
  );
}

/** Why texts are left out, in one line a reason, most frequent first. */
export function skippedReasons(
  skipped: readonly SkippedText[],
): readonly { readonly reason: string; readonly count: number; readonly first: string }[] {
  const reasons = new Map<string, { reason: string; count: number; first: string }>();
  for (const { name, reason } of skipped) {
    const known = reasons.get(reason);
    if (known) known.count += 1;
    else reasons.set(reason, { reason, count: 1, first: name });
  }
  return [...reasons.values()].sort((a, b) => b.count - a.count);
}
