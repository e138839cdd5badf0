import { join } from "node:path";
import { latestCheckpoint, saveCheckpoint } from "@graft-ml/core/node";
import type { ClassifierCheckpoint } from "@graft-ml/vision";
import { z } from "zod";

export type FoundRunCheckpoint = {
  readonly checkpoint: ClassifierCheckpoint;
  /** Bytes of metrics.jsonl that were written when it was saved. */
  readonly metricsBytes: number;
  /** Newer ones that can't be read. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
};

const extra = z.object({ metricsBytes: z.int().min(0) });

/** The phases count their steps each from 1, so each has a folder of its own. */
export const saveRunCheckpoint = (
  folder: string,
  checkpoint: ClassifierCheckpoint,
  metricsBytes: number,
): Promise<string> =>
  saveCheckpoint(join(folder, checkpoint.phase), checkpoint, { extra: { metricsBytes } });

/** The last whole checkpoint of a run; undefined before the first. Throws `checkpoint-corrupt`. */
export async function latestRunCheckpoint(folder: string): Promise<FoundRunCheckpoint | undefined> {
  for (const phase of ["tail", "head"] as const) {
    const found = await latestCheckpoint(join(folder, phase));
    if (!found) continue;
    const skipped = found.skipped.map(({ path, error }) => ({ path, reason: error.message }));
    const { metricsBytes } = extra.parse(found.extra);
    return { checkpoint: { ...found.checkpoint, phase }, metricsBytes, skipped };
  }
  return undefined;
}
