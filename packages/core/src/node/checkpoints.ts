import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { GraftError, isGraftError } from "../errors.js";
import type { Json } from "../program.js";
import { decodeCheckpoint, encodeCheckpoint, type SavedCheckpoint } from "../train/checkpoint.js";
import type { TrainCheckpoint } from "../train/train.js";
import { encodeSafetensors } from "../weights/safetensors.js";
import { safetensorsStore } from "../weights/store.js";
import { type BestBy, bestFile, keepBestOf } from "./best-checkpoint.js";
import { checkedStore, sumsOf } from "./checkpoint-sums.js";
import { fileSource } from "./file-source.js";
import { isUnfinished, writeFailed, writeFileAtomic } from "./write-file-atomic.js";

export type SaveCheckpointOptions = {
  /** Plain data that the run needs to go on, such as its resolved config. Default null. */
  extra?: Json;
  /** How many of the newest stay; the best stays too. Default 2. */
  keep?: number;
  /** Which of the checkpoint's metrics tells the best. Default: none is told. */
  best?: BestBy;
};

const pattern = /^step-(\d+)\.safetensors$/;
const fileOf = (step: number): string => `step-${String(step).padStart(8, "0")}.safetensors`;

/**
 * Writes a checkpoint into a folder, whole or not at all, and clears away older ones; those of later
 * steps, too: the run went back before them. Returns its path. Throws `disk-write-failed`.
 */
export async function saveCheckpoint(
  folder: string,
  checkpoint: TrainCheckpoint,
  options: SaveCheckpointOptions = {},
): Promise<string> {
  const { extra = null, keep = 2, best } = options;
  const name = fileOf(checkpoint.step);
  const path = join(folder, name);
  const { weights, metadata } = encodeCheckpoint({ checkpoint, extra });
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw writeFailed(folder, cause);
  });
  const parts = encodeSafetensors(weights, { ...metadata, sums: sumsOf(weights, metadata) });
  await writeFileAtomic(path, parts);
  const left = newestFirst(await readdir(folder));
  const known = left.slice(left.indexOf(name));
  if (best) await keepBestOf(folder, known.toReversed(), best);
  await clear(folder, known.slice(0, Math.max(keep, 1)));
  return path;
}

/** Leaves these, the best, and no half-written file of a run that was killed. */
async function clear(folder: string, kept: readonly string[]): Promise<void> {
  const names = await readdir(folder);
  const halves = names.filter(isUnfinished);
  const doomed = [...newestFirst(names), ...halves].filter((name) => !kept.includes(name));
  await Promise.all(doomed.map((name) => rm(join(folder, name), { force: true })));
}

const newestFirst = (names: readonly string[]): readonly string[] =>
  names
    .filter((name) => pattern.test(name))
    .sort((a, b) => Number(pattern.exec(b)?.[1]) - Number(pattern.exec(a)?.[1]));

export type FoundCheckpoint = SavedCheckpoint & {
  readonly path: string;
  /** Newer ones that can't be read, with what is wrong with each. */
  readonly skipped: readonly { readonly path: string; readonly error: GraftError }[];
};

/** One checkpoint. Throws `source-not-found` or `checkpoint-corrupt`. */
export const readCheckpoint = (path: string): Promise<SavedCheckpoint> =>
  decodeCheckpoint(checkedStore(safetensorsStore(fileSource(path))));

/**
 * The newest checkpoint of a folder that can be read; undefined where there is none at all.
 * Throws `checkpoint-corrupt` when there are some and none can be read.
 */
export async function latestCheckpoint(folder: string): Promise<FoundCheckpoint | undefined> {
  const skipped: { path: string; error: GraftError }[] = [];
  for (const name of newestFirst(await namesIn(folder))) {
    const path = join(folder, name);
    try {
      return { ...(await readCheckpoint(path)), path, skipped };
    } catch (error) {
      if (!isGraftError(error, "checkpoint-corrupt")) throw error;
      skipped.push({ path, error });
    }
  }
  const [first] = skipped;
  if (first === undefined) return undefined;
  throw new GraftError(
    "checkpoint-corrupt",
    `None of the ${skipped.length} checkpoints in ${folder} can be read. ${first.error.message}`,
    { details: { folder, paths: skipped.map(({ path }) => path) }, cause: first.error },
  );
}

/** The checkpoint that `best` chose so far; undefined where none was. Throws `checkpoint-corrupt`. */
export async function bestCheckpoint(
  folder: string,
): Promise<(SavedCheckpoint & { path: string }) | undefined> {
  if (!(await namesIn(folder)).includes(bestFile)) return undefined;
  const path = join(folder, bestFile);
  return { ...(await readCheckpoint(path)), path };
}

const namesIn = (folder: string): Promise<string[]> =>
  readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  });
