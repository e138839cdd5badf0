import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { FineTuneCheckpoint } from "@graft-ml/core";
import { latestCheckpoint, saveCheckpoint, writeFailed } from "@graft-ml/core/node";
import { z } from "zod";

/** Which trial it is, by its number in the first round, and after how many epochs of those that --epochs counts. */
export type Standing = { readonly origin: number; readonly epochs: number };

/** Where a training stands at the end of an epoch. */
export type StoppedTraining = {
  readonly checkpoint: FineTuneCheckpoint;
  /** Epochs of its phase. */
  readonly phaseEpochs: number;
};

/** What was kept of a trial, or why it can't be gone on with. */
type FoundTrial = { readonly stopped: StoppedTraining } | { readonly reason: string };

const extra = z.object({
  /** Says which training it is. */
  key: z.string(),
  epochs: z.int(),
  phase: z.string(),
  phaseEpochs: z.int().min(1),
});

const folderOf = (folder: string, { origin, epochs }: Standing): string =>
  join(folder, String(epochs), String(origin));

/** Keeps where a trial stands, whole or not at all. Throws `disk-write-failed`. */
export async function keepTrial(
  folder: string,
  { key, ...standing }: Standing & { readonly key: string },
  { checkpoint, phaseEpochs }: StoppedTraining,
): Promise<void> {
  const { phase } = checkpoint;
  const told = { key, epochs: standing.epochs, phase, phaseEpochs };
  await saveCheckpoint(folderOf(folder, standing), checkpoint, { extra: told, keep: 1 });
}

/** Finds what was kept of a trial. One of another training, and whatever can't be read, is as good as none. */
export async function findTrial(
  folder: string,
  { key, ...standing }: Standing & { readonly key: string },
): Promise<FoundTrial> {
  const path = folderOf(folder, standing);
  try {
    const found = await latestCheckpoint(path);
    if (!found) return { reason: `there is no checkpoint in ${path}` };
    const told = extra.safeParse(found.extra);
    if (!told.success || told.data.key !== key || told.data.epochs !== standing.epochs) {
      return { reason: `the checkpoint in ${path} is of another training` };
    }
    const { phase, phaseEpochs } = told.data;
    return { stopped: { checkpoint: { ...found.checkpoint, phase }, phaseEpochs } };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Removes what was kept of a trial. */
export const forgetTrial = (folder: string, standing: Standing): Promise<void> =>
  remove(folderOf(folder, standing));

/** Removes what was kept after fewer epochs than these. */
export async function forgetBefore(folder: string, epochs: number): Promise<void> {
  const earlier = (await namesIn(folder)).filter((name) => Number(name) < epochs);
  for (const name of earlier) await remove(join(folder, name));
}

/** Removes what was kept after so many epochs, of all trials but these. */
export async function forgetOthers(
  folder: string,
  { epochs, origins }: { readonly epochs: number; readonly origins: readonly number[] },
): Promise<void> {
  const names = await namesIn(join(folder, String(epochs)));
  const others = names.map(Number).filter((origin) => !origins.includes(origin));
  for (const origin of others) await forgetTrial(folder, { origin, epochs });
}

const namesIn = (folder: string): Promise<string[]> =>
  readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  });

/** Again where a worker that was given up is still writing there. */
const remove = (path: string): Promise<void> =>
  rm(path, { recursive: true, force: true, maxRetries: 5 }).catch((cause: unknown) => {
    throw writeFailed(path, cause);
  });
