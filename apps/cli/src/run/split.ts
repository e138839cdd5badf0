import { type Copies, GraftError } from "@graft-ml/core";
import type { Reader } from "../modality/modality.js";
import { kinds } from "../task/kinds.js";
import type { TaskData, TaskSample } from "../task/task-kind.js";
import { type DataCheck, type DataCheckEvent, dataCheckOf, type RunSplit } from "./data-check.js";
import type { TrainOptions } from "./train-options.js";

export type SplitOptions = Pick<
  TrainOptions,
  "task" | "validation" | "seed" | "keepDuplicates" | "groupBy" | "folds"
>;

/**
 * Looks for copies and decides which samples are learned from and which score: copies and groups are
 * never parted, and what a later part knows is left out. `dataset` holds the parts as given,
 * nothing set apart yet.
 */
export async function* decideSplit(
  { dataset, copies }: Pick<Reader, "dataset" | "copies">,
  { options }: { options: SplitOptions },
): AsyncGenerator<DataCheckEvent, { dataset: TaskData; check: DataCheck }> {
  const { keepDuplicates } = options;
  const found = yield* copies(dataset);
  const { split, folds } = divide(dataset, options, keepDuplicates ? [] : found);
  const isGiven = dataset.validation.length > 0 && options.folds === null;
  const check = dataCheckOf(
    // What was skipped since is told apart from what can't be read.
    { ...split, skipped: dataset.skipped },
    {
      task: options.task,
      copies: found,
      split: {
        copies: keepDuplicates ? "ignored" : "together",
        groups: groupsIn(dataset),
        leftOut: split.skipped.slice(dataset.skipped.length),
        validation: isGiven ? null : split.validation.map(({ name }) => name),
        folds:
          folds?.map(({ validation }) => validation.map((at) => split.train[at]!.name)) ?? null,
      },
    },
  );
  yield copiesFound(check, kinds[options.task].modality.noun);
  return { dataset: { ...split, skipped: dataset.skipped }, check };
}

/** The same split again, without looking for anything. */
export function keptSplit<D extends TaskData>(dataset: D, split: RunSplit): D {
  const gone = new Set(split.leftOut.map(({ name }) => name));
  const isLeft = ({ name }: TaskSample) => !gone.has(name);
  if (split.validation === null) {
    const { train, validation } = dataset;
    return { ...dataset, train: picked(train, isLeft), validation: picked(validation, isLeft) };
  }
  const whole = picked(inOnePart(dataset).train, isLeft);
  const apart = new Set(split.validation);
  return {
    ...inOnePart(dataset),
    train: picked(whole, ({ name }) => !apart.has(name)),
    validation: picked(whole, ({ name }) => apart.has(name)),
  };
}

/** The same with validation samples among the training samples. */
const inOnePart = <D extends TaskData>(dataset: D): D => ({
  ...dataset,
  train: [...dataset.train, ...dataset.validation],
  validation: [],
});

const picked = (
  samples: readonly TaskSample[],
  choose: (sample: TaskSample) => boolean,
): readonly TaskSample[] => samples.filter(choose);

/** The pattern that --group-by gives. Throws `usage`. */
export function groupPattern(text: string | null): { groupBy?: RegExp } {
  if (text === null) return {};
  try {
    return { groupBy: new RegExp(text) };
  } catch (cause) {
    throw new GraftError(
      "usage",
      `--group-by ${text} is no regular expression (${(cause as Error).message}). Correct it: ^(patient\\d+) makes groups of names that begin alike.`,
      { cause },
    );
  }
}

function divide(
  dataset: TaskData,
  { task, validation, seed, folds: count }: SplitOptions,
  copies: readonly Copies[],
) {
  const { modality } = kinds[task];
  if (count !== null) {
    const split = modality.withoutLeaks(inOnePart(dataset), { copies });
    return { split, folds: modality.folds(split, { folds: count, seed, copies }) };
  }
  const isWhole = dataset.validation.length > 0 || validation === 0;
  return {
    split: isWhole
      ? modality.withoutLeaks(dataset, { copies })
      : modality.split(dataset, { copies, validation, seed }),
  };
}

const groupsIn = ({ train, validation, test }: TaskData): number =>
  new Set([...train, ...validation, ...test].flatMap(({ group }) => group ?? [])).size;

function copiesFound({ copies, split }: DataCheck, noun: string): DataCheckEvent {
  return {
    type: "copies-found",
    noun,
    extra: copies.reduce((sum, { samples }) => sum + samples.length - 1, 0),
    acrossParts: copies.filter(({ acrossParts }) => acrossParts).length,
    acrossClasses: copies.filter(({ acrossClasses }) => acrossClasses).length,
    leftOut: split.leftOut.length,
    groups: split.groups,
    together: split.copies === "together",
  };
}
