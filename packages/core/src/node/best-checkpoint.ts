import { copyFile, link, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { isGraftError } from "../errors.js";
import { metricsOf } from "../train/checkpoint.js";
import { safetensorsStore } from "../weights/store.js";
import { fileSource } from "./file-source.js";
import { unfinishedName, writeFailed } from "./write-file-atomic.js";

/** Which metric tells the best, and whether that is the largest or the smallest. */
export type BestBy = { metric: string; mode: "max" | "min" };

/** A name of its own: it stays while the run goes back before it. */
export const bestFile = "best.safetensors";

/**
 * Gives the best of these checkpoints its second name where it beats the one that has it. All that are
 * there are asked, and not the newest alone: a run may have been killed before it got to its own.
 */
export async function keepBestOf(
  folder: string,
  oldestFirst: readonly string[],
  by: BestBy,
): Promise<void> {
  let best = { name: bestFile, value: await worthOf(join(folder, bestFile), by) };
  for (const name of oldestFirst) {
    const value = await worthOf(join(folder, name), by);
    if (value > best.value) best = { name, value };
  }
  if (best.name !== bestFile) await nameBest(folder, best.name);
}

/** The larger the better; without the metric, absent or damaged: the worst. */
async function worthOf(path: string, { metric, mode }: BestBy): Promise<number> {
  try {
    const metrics = await metricsOf(safetensorsStore(fileSource(path)));
    const value = metrics[metric] ?? Number.NaN;
    if (Number.isNaN(value)) return -Infinity;
    return mode === "max" ? value : -value;
  } catch (error) {
    if (isGraftError(error, "source-not-found") || isGraftError(error, "checkpoint-corrupt")) {
      return -Infinity;
    }
    throw error;
  }
}

/** The same bytes under two names; a copy where the file system has no links. */
async function nameBest(folder: string, name: string): Promise<void> {
  const path = join(folder, bestFile);
  const temporary = join(folder, unfinishedName(bestFile));
  try {
    const from = join(folder, name);
    await link(from, temporary).catch(() => copyFile(from, temporary));
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw writeFailed(path, cause);
  }
}
