import { existsSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { basename, join, parse, resolve } from "node:path";
import { GraftError } from "@graft-ml/core";
import { clearUnfinished, isUnfinished, writeFileAtomic } from "@graft-ml/core/node";
import { z } from "zod";
import { readJson, reason } from "../files.js";
import { trainOptions } from "./train-options.js";
import { versions } from "./versions.js";

/** A run's config.json: enough to make the run again, and to notice that something else changed. */
const runConfig = z.object({
  versions: z.object({
    graft: z.string(),
    /** The one that it ran in. */
    node: z.string().optional(),
    browser: z.string().optional(),
    format: z.literal(versions.format),
  }),
  options: trainOptions,
  /** Names of the outputs. */
  classes: z.array(z.string()),
  samples: z.object({
    train: z.int(),
    validation: z.int(),
    test: z.int(),
    /** Of names, labels and parts. */
    sha256: z.string(),
  }),
  backbone: z.object({ architecture: z.string(), sha256: z.string() }),
});

export type RunConfig = z.infer<typeof runConfig>;

/** A run on the disk. */
export type Run = { readonly folder: string; readonly config: RunConfig };

/** Whether the page made it: its samples are in no folder that it knows, and it has no checkpoints. */
export const isOfBrowser = ({ versions: { browser } }: RunConfig): boolean => browser !== undefined;

/** Where its parts lie. */
export const runPaths = (folder: string) => ({
  config: join(folder, "config.json"),
  metrics: join(folder, "metrics.jsonl"),
  times: join(folder, "times.jsonl"),
  data: join(folder, "data.json"),
  plan: join(folder, "plan.json"),
  rates: join(folder, "rates.json"),
  predictions: join(folder, "predictions.jsonl"),
  explanations: join(folder, "explanations.jsonl"),
  report: join(folder, "report.html"),
  checkpoints: join(folder, "checkpoints"),
  features: join(folder, "features"),
  folds: join(folder, "folds"),
  foldScores: join(folder, "folds.json"),
  rejection: join(folder, "rejection.json"),
  model: join(folder, "model"),
  adapter: join(folder, "adapter"),
  card: join(folder, "README.md"),
});

/** Makes the folder with its config. Throws `run-invalid` when something is there already. */
export async function createRun(folder: string, config: RunConfig): Promise<Run> {
  const path = resolve(folder);
  await requireEmpty(path);
  await mkdir(path, { recursive: true }).catch((cause: unknown) => {
    throw new GraftError("disk-write-failed", `Can't make the folder ${path}: ${reason(cause)}.`, {
      cause,
    });
  });
  await writeFileAtomic(runPaths(path).config, `${JSON.stringify(config, null, 2)}\n`);
  return { folder: path, config };
}

/**
 * Throws `run-invalid` for a folder that holds something: nobody's files are written over. What a run
 * left that was killed before it had a config is nothing.
 */
export async function requireEmpty(
  folder: string,
  { isRun = true }: { /** Whether what stands there may be gone on with. */ isRun?: boolean } = {},
): Promise<void> {
  const all: readonly string[] = await readdir(folder).catch(() => []);
  const names = all.filter((name) => !isUnfinished(name));
  if (names.length === 0) return;
  const next =
    isRun && names.includes("config.json")
      ? `choose another --out, or go on with: graft resume ${folder}`
      : "choose another --out";
  throw new GraftError("run-invalid", `The folder ${folder} is not empty; ${next}`, {
    details: { folder, names },
  });
}

/** Opens a run that was begun. Throws `source-not-found` and `run-invalid`. */
export async function openRun(folder: string): Promise<Run> {
  const path = resolve(folder);
  if (!existsSync(runPaths(path).config)) {
    throw new GraftError(
      "source-not-found",
      `${path} is no run folder: it has no config.json. Runs are made by: graft train`,
      { details: { folder: path } },
    );
  }
  return { folder: path, config: await readJson(runPaths(path).config, runConfig, "run-invalid") };
}

/** Removes what only a run that is not finished needs. */
export async function clearAway({ folder }: Run): Promise<void> {
  await clearUnfinished(folder);
  await rm(runPaths(folder).features, { recursive: true, force: true });
}

/** `runs/NAME-1` where NAME is the data's, or the next number that is free. */
export function nextRunFolder(data: string, base = "runs"): string {
  const name = parse(basename(resolve(data))).name || "run";
  for (let number = 1; ; number++) {
    const folder = join(base, `${name}-${number}`);
    if (!existsSync(folder)) return folder;
  }
}
