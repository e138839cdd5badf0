import { existsSync } from "node:fs";
import { writeFileAtomic } from "@graft-ml/core/node";
import { type DuplicateCluster, findDuplicates, type PictureDataset } from "@graft-ml/vision/node";
import { z } from "zod";
import { readJson } from "../files.js";

const counts = z.array(z.int());
const parts = ["train", "validation", "test"] as const;

const dataCheck = z.object({
  /** Readable pictures of each class, in the order of the run's classes. */
  train: counts,
  validation: counts,
  test: counts,
  /** Files left out, and why. */
  skipped: z.array(z.object({ name: z.string(), reason: z.string() })),
  /** Pictures that show the same, those first that lie in several parts or under several classes. */
  copies: z.array(
    z.object({
      pictures: z.array(z.object({ name: z.string(), part: z.enum(parts) })),
      /** The same bytes. */
      exact: z.boolean(),
      acrossClasses: z.boolean(),
      acrossParts: z.boolean(),
    }),
  ),
});

/** What was found when a run's pictures were read: its data.json. */
export type DataCheck = z.infer<typeof dataCheck>;

export type DataCheckEvent =
  | { readonly type: "copies-progress"; readonly count: number; readonly total: number }
  | {
      readonly type: "copies-found";
      /** Pictures that are one too many. */
      readonly extra: number;
      /** Groups of copies that lie in several parts, and under several classes. */
      readonly acrossParts: number;
      readonly acrossClasses: number;
    };

/** Counts the pictures and looks for copies among them, and keeps what was found in this file. */
export async function* keepDataCheck(
  path: string,
  dataset: PictureDataset,
  signal: AbortSignal,
): AsyncGenerator<DataCheckEvent, void> {
  for await (const event of findDuplicates(dataset, { signal })) {
    if (event.type === "duplicates-progress") {
      yield { ...event, type: "copies-progress" };
      continue;
    }
    const { clusters, extra } = event;
    const check = dataCheckOf(dataset, clusters);
    await writeFileAtomic(path, `${JSON.stringify(check, null, 2)}\n`);
    yield {
      type: "copies-found",
      extra,
      acrossParts: clusters.filter(({ acrossParts }) => acrossParts).length,
      acrossClasses: clusters.filter(({ acrossClasses }) => acrossClasses).length,
    };
  }
}

function dataCheckOf(
  { classes, skipped, ...dataset }: PictureDataset,
  clusters: readonly DuplicateCluster[],
): DataCheck {
  const count = (samples: PictureDataset["train"]) => {
    const found = classes.map(() => 0);
    for (const { label } of samples) found[label]! += 1;
    return found;
  };
  const weight = (one: DuplicateCluster) => Number(one.acrossParts) + Number(one.acrossClasses);
  return {
    train: count(dataset.train),
    validation: count(dataset.validation),
    test: count(dataset.test),
    skipped: skipped.map(({ name, reason }) => ({ name, reason })),
    copies: [...clusters]
      .sort((a, b) => weight(b) - weight(a))
      .map(({ samples, exact, acrossClasses, acrossParts }) => ({
        pictures: samples.map(({ name, part }) => ({ name, part })),
        exact,
        acrossClasses,
        acrossParts,
      })),
  };
}

/** Undefined where the run keeps none. Throws `run-invalid`. */
export const readDataCheck = async (path: string): Promise<DataCheck | undefined> =>
  existsSync(path) ? readJson(path, dataCheck, "run-invalid") : undefined;
