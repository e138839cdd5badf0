import { existsSync } from "node:fs";
import type { Copies } from "@graft-ml/core";
import { writeFileAtomic } from "@graft-ml/core/node";
import { z } from "zod";
import { readJson } from "../files.js";
import { kinds } from "../task/kinds.js";
import type { TaskName } from "../task/reading.js";
import type { TaskData, TaskSample } from "../task/task-kind.js";

const counts = z.array(z.int());
const parts = ["train", "validation", "test"] as const;
const leftOut = z.array(z.object({ name: z.string(), reason: z.string() }));

const runSplit = z.object({
  /** Whether copies were kept on one side and pictures that a later part knows were left out. */
  copies: z.enum(["together", "ignored"]),
  /** How many groups of pictures there are, none of which was parted. */
  groups: z.int(),
  /** Readable pictures that are neither learned from nor scored, since a later part knows them. */
  leftOut,
  /** What the command set apart; null: the data's own parts hold. */
  validation: z.array(z.string()).nullable(),
  /** The pictures that each fold scores; null: there are no folds. */
  folds: z.array(z.array(z.string())).nullable(),
});

export const dataCheck = z.object({
  /** Readable pictures of each class or with each label, in the order of the run's classes; of numbers, all. */
  train: counts,
  validation: counts,
  test: counts,
  /** Files left out, and why. */
  skipped: leftOut,
  split: runSplit,
  /** Samples that are the same to look at or to read, those first that lie in several parts or under several classes. */
  copies: z.array(
    z.object({
      samples: z.array(z.object({ name: z.string(), part: z.enum([...parts, "left out"]) })),
      /** The same bytes. */
      exact: z.boolean(),
      acrossClasses: z.boolean(),
      acrossParts: z.boolean(),
    }),
  ),
});

/** What was found when a run's data were read, and how they were split: its data.json. */
export type DataCheck = z.infer<typeof dataCheck>;
/** Enough to split the same pictures in the same way again. */
export type RunSplit = z.infer<typeof runSplit>;

export type DataCheckEvent =
  | { readonly type: "copies-progress"; readonly count: number; readonly total: number }
  | {
      readonly type: "copies-found";
      /** What samples are: "picture". */
      readonly noun: string;
      /** Samples that are one too many. */
      readonly extra: number;
      /** Sets of copies that lie in several parts after the split, and under several classes. */
      readonly acrossParts: number;
      readonly acrossClasses: number;
      /** Samples left out because a part that scores them, or one of their group, has a copy. */
      readonly leftOut: number;
      readonly groups: number;
      /** Whether the split minded copies. */
      readonly together: boolean;
    };

/** Counts the samples of a split, and says where copies lie in it. */
export function dataCheckOf(
  dataset: TaskData,
  { task, copies, split }: { task: TaskName; copies: readonly Copies[]; split: RunSplit },
): DataCheck {
  const { skipped } = dataset;
  const kind = kinds[task];
  const count = (samples: readonly TaskSample[]) =>
    kind.namesOf(dataset).map((_, at) => samples.filter((sample) => kind.has(sample, at)).length);
  const partOf = new Map<string, (typeof parts)[number]>();
  for (const part of parts) {
    for (const { name } of dataset[part]) partOf.set(name, part);
  }
  const placeOf = (name: string): (typeof parts)[number] | "left out" =>
    partOf.get(name) ?? "left out";
  const weight = (one: DataCheck["copies"][number]) =>
    Number(one.acrossParts) + Number(one.acrossClasses);
  return {
    train: count(dataset.train),
    validation: count(dataset.validation),
    test: count(dataset.test),
    skipped: skipped.map(({ name, reason }) => ({ name, reason })),
    split,
    copies: copies
      .map(({ samples, exact, acrossClasses }) => ({
        samples: samples.map(({ name }) => ({ name, part: placeOf(name) })),
        exact,
        acrossClasses,
        acrossParts: new Set(samples.flatMap(({ name }) => partOf.get(name) ?? [])).size > 1,
      }))
      .sort((a, b) => weight(b) - weight(a)),
  };
}

export const saveDataCheck = (path: string, check: DataCheck): Promise<void> =>
  writeFileAtomic(path, `${JSON.stringify(check, null, 2)}\n`);

/** Undefined where the run keeps none. Throws `run-invalid`. */
export const readDataCheck = async (path: string): Promise<DataCheck | undefined> =>
  existsSync(path) ? readJson(path, dataCheck, "run-invalid") : undefined;
