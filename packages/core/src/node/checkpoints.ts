import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { GraftError, isGraftError } from "../errors.js";
import type { Json } from "../program.js";
import { decodeCheckpoint, encodeCheckpoint, type SavedCheckpoint } from "../train/checkpoint.js";
import type { TrainCheckpoint } from "../train/train.js";
import { encodeSafetensors } from "../weights/safetensors.js";
import { safetensorsStore } from "../weights/store.js";
import { fileSource } from "./file-source.js";
import { unfinished, writeFileAtomic } from "./write-file-atomic.js";

export type SaveCheckpointOptions = {
  /** Plain data that the run needs to go on, such as its resolved config. Default null. */
  extra?: Json;
  /** How many of the newest stay; the best stays too. Default 2. */
  keep?: number;
  /** Which of the checkpoint's metrics tells the best. Default: none is told. */
  best?: { metric: string; mode: "max" | "min" };
};

const pattern = /^step-(\d+)\.safetensors$/;
const fileOf = (step: number): string => `step-${String(step).padStart(8, "0")}.safetensors`;
const bestFile = "best.json";

/**
 * Writes a checkpoint into a folder, whole or not at all, and clears away older ones.
 * Returns its path. Throws `disk-write-failed`.
 */
export async function saveCheckpoint(
  folder: string,
  checkpoint: TrainCheckpoint,
  options: SaveCheckpointOptions = {},
): Promise<string> {
  const { extra = null, keep = 2 } = options;
  const path = join(folder, fileOf(checkpoint.step));
  const { weights, metadata } = encodeCheckpoint({ checkpoint, extra });
  await makeFolder(folder);
  await writeFileAtomic(path, encodeSafetensors(weights, metadata));
  const best = await noteBest(folder, checkpoint, options.best);
  await clear(folder, { keep, best });
  return path;
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new GraftError(
      "disk-write-failed",
      `The folder ${folder} can't be made: ${cause instanceof Error ? cause.message : cause}.`,
      { details: { path: folder }, cause },
    );
  }
}

/** The best checkpoint's file name, this one taken into account. */
async function noteBest(
  folder: string,
  { step, metrics }: TrainCheckpoint,
  best: SaveCheckpointOptions["best"],
): Promise<string | undefined> {
  const before = await readBest(folder);
  const value = best && metrics[best.metric];
  if (best === undefined || value === undefined) return before?.file;
  const { metric, mode } = best;
  const sign = mode === "max" ? 1 : -1;
  if (before?.metric === metric && sign * before.value >= sign * value) return before.file;
  const note = { file: fileOf(step), metric, value };
  await writeFileAtomic(join(folder, bestFile), `${JSON.stringify(note)}\n`);
  return note.file;
}

type Best = { file: string; metric: string; value: number };

async function readBest(folder: string): Promise<Best | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, bestFile), "utf8")) as Best;
  } catch {
    // Absent or damaged: the next best checkpoint writes it anew.
    return undefined;
  }
}

/** Leaves the newest and the best, and no half-written file of a run that was killed. */
async function clear(
  folder: string,
  { keep, best }: { keep: number; best: string | undefined },
): Promise<void> {
  const names = await readdir(folder);
  const old = newestFirst(names).slice(Math.max(keep, 1));
  const halves = names.filter((name) => name.startsWith(".step-") && name.endsWith(unfinished));
  const doomed = [...old, ...halves].filter((name) => name !== best);
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
  decodeCheckpoint(safetensorsStore(fileSource(path)));

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

/** The checkpoint that `best` chose so far; undefined where none was. */
export async function bestCheckpoint(
  folder: string,
): Promise<(SavedCheckpoint & { path: string; metric: string; value: number }) | undefined> {
  const best = await readBest(folder);
  if (best === undefined) return undefined;
  const path = join(folder, best.file);
  return { ...(await readCheckpoint(path)), path, metric: best.metric, value: best.value };
}

const namesIn = (folder: string): Promise<string[]> =>
  readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  });
