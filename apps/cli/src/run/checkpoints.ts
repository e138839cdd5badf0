import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type FineTuneCheckpoint, isGraftError } from "@graft-ml/core";
import {
  type FoundCheckpoint,
  latestCheckpoint,
  type SaveCheckpointOptions,
  saveCheckpoint,
} from "@graft-ml/core/node";
import { z } from "zod";

/** Which checkpoints stay. */
type Which = Pick<SaveCheckpointOptions, "keep" | "best">;
type Skipped = { readonly path: string; readonly reason: string };

export type FoundRunCheckpoint = {
  readonly checkpoint: FineTuneCheckpoint;
  /** Bytes of metrics.jsonl that were written when it was saved. */
  readonly metricsBytes: number;
};

const extra = z.object({ metricsBytes: z.int().min(0) });

/** The phases count their steps each from 1, so each has a folder of its own. */
export const saveRunCheckpoint = (
  folder: string,
  checkpoint: FineTuneCheckpoint,
  { metricsBytes, ...which }: { metricsBytes: number } & Required<Which>,
): Promise<string> =>
  saveCheckpoint(join(folder, checkpoint.phase), checkpoint, { extra: { metricsBytes }, ...which });

/**
 * The last whole checkpoint of a run, of an earlier phase where a later one has none; undefined where
 * there is none at all. And newer ones that can't be read.
 */
export async function latestRunCheckpoint(
  folder: string,
): Promise<{ found?: FoundRunCheckpoint; skipped: readonly Skipped[] }> {
  const skipped: Skipped[] = [];
  for (const phase of await lastPhasesFirst(folder)) {
    const { found, passed } = await latestOf(join(folder, phase));
    skipped.push(...passed);
    if (!found) continue;
    const { metricsBytes } = extra.parse(found.extra);
    return { found: { checkpoint: { ...found.checkpoint, phase }, metricsBytes }, skipped };
  }
  return { skipped };
}

/** Of one phase; where all are damaged, there is none. */
async function latestOf(
  folder: string,
): Promise<{ found?: FoundCheckpoint; passed: readonly Skipped[] }> {
  try {
    const found = await latestCheckpoint(folder);
    if (!found) return { passed: [] };
    return {
      found,
      passed: found.skipped.map(({ path, error }) => ({ path, reason: error.message })),
    };
  } catch (error) {
    if (!isGraftError(error, "checkpoint-corrupt")) throw error;
    return { passed: [{ path: folder, reason: error.message }] };
  }
}

/** "tail-10", "tail-2", ..., "head": as trained, their names are in the order of the alphabet and the numbers. */
async function lastPhasesFirst(folder: string): Promise<readonly string[]> {
  const names: readonly string[] = await readdir(folder).catch(() => []);
  return names.toSorted((a, b) => b.localeCompare(a, "en", { numeric: true }));
}
