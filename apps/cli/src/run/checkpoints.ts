import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { FineTuneCheckpoint } from "@graft-ml/core";
import { latestCheckpoint, saveCheckpoint } from "@graft-ml/core/node";
import { z } from "zod";

export type FoundRunCheckpoint = {
  readonly checkpoint: FineTuneCheckpoint;
  /** Bytes of metrics.jsonl that were written when it was saved. */
  readonly metricsBytes: number;
  /** Newer ones that can't be read. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
};

const extra = z.object({ metricsBytes: z.int().min(0) });

/** The phases count their steps each from 1, so each has a folder of its own. */
export const saveRunCheckpoint = (
  folder: string,
  checkpoint: FineTuneCheckpoint,
  metricsBytes: number,
): Promise<string> =>
  saveCheckpoint(join(folder, checkpoint.phase), checkpoint, { extra: { metricsBytes } });

/** The last whole checkpoint of a run; undefined before the first. Throws `checkpoint-corrupt`. */
export async function latestRunCheckpoint(folder: string): Promise<FoundRunCheckpoint | undefined> {
  for (const phase of await lastPhasesFirst(folder)) {
    const found = await latestCheckpoint(join(folder, phase));
    if (!found) continue;
    const skipped = found.skipped.map(({ path, error }) => ({ path, reason: error.message }));
    const { metricsBytes } = extra.parse(found.extra);
    return { checkpoint: { ...found.checkpoint, phase }, metricsBytes, skipped };
  }
  return undefined;
}

/** "tail-10", "tail-2", ..., "head": as trained, their names are in the order of the alphabet and the numbers. */
async function lastPhasesFirst(folder: string): Promise<readonly string[]> {
  const names: readonly string[] = await readdir(folder).catch(() => []);
  return names.toSorted((a, b) => b.localeCompare(a, "en", { numeric: true }));
}
