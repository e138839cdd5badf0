import { existsSync } from "node:fs";
import { writeFileAtomic } from "@graft-ml/core/node";
import type { PictureDataset } from "@graft-ml/vision/node";
import { z } from "zod";
import { readJson } from "./files.js";

const counts = z.array(z.int());

const dataCheck = z.object({
  /** Readable pictures of each class, in the order of the run's classes. */
  train: counts,
  validation: counts,
  test: counts,
  /** Files left out, and why. */
  skipped: z.array(z.object({ name: z.string(), reason: z.string() })),
});

/** What was found when a run's pictures were read: its data.json. */
export type DataCheck = z.infer<typeof dataCheck>;

export function dataCheckOf({ classes, skipped, ...parts }: PictureDataset): DataCheck {
  const count = (samples: PictureDataset["train"]) => {
    const found = classes.map(() => 0);
    for (const { label } of samples) found[label]! += 1;
    return found;
  };
  return {
    train: count(parts.train),
    validation: count(parts.validation),
    test: count(parts.test),
    skipped: skipped.map(({ name, reason }) => ({ name, reason })),
  };
}

export const saveDataCheck = (path: string, check: DataCheck): Promise<void> =>
  writeFileAtomic(path, `${JSON.stringify(check, null, 2)}\n`);

/** Undefined where the run keeps none. Throws `run-invalid`. */
export const readDataCheck = async (path: string): Promise<DataCheck | undefined> =>
  existsSync(path) ? readJson(path, dataCheck, "run-invalid") : undefined;
