import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { GraftError } from "@graft-ml/core";
import { clearUnfinished, writeFileAtomic } from "@graft-ml/core/node";
import { z } from "zod";
import { readJson } from "../files.js";
import { readDataCheck, saveDataCheck } from "../run/data-check.js";
import { requireEmpty } from "../run/run-folder.js";
import { versions } from "../run/versions.js";
import { roundsPolicy } from "./rounds-policy.js";
import { type SearchPlan, searchEffort, searchPlan, type TrialTask } from "./tuning.js";

/** Where the parts of a search lie. */
export const tunePaths = (folder: string) => ({
  tune: join(folder, "tune.json"),
  data: join(folder, "data.json"),
  journal: join(folder, "trials.jsonl"),
  table: join(folder, "trials.csv"),
  events: join(folder, "events.jsonl"),
  times: join(folder, "times.jsonl"),
  best: join(folder, "best.json"),
  report: join(folder, "report.html"),
  features: join(folder, "features"),
  /** Of trials that may go on by rounds. */
  checkpoints: join(folder, "checkpoints"),
  /** The journal of a round, from 0. */
  round: (round: number) => join(folder, `trials-${round + 1}.jsonl`),
  /** The run of the best parameters. */
  run: join(folder, "best"),
});

const tuneFile = z.object({
  versions: z.object({ graft: z.string(), node: z.string(), format: z.literal(versions.format) }),
  plan: searchPlan,
  /** Whether nobody named the parameters. */
  isDefaultSpace: z.boolean(),
  /** The last one. */
  effort: searchEffort,
  samples: z.object({
    train: z.int(),
    validation: z.int(),
    test: z.int(),
    sha256: z.string(),
    target: z.object({ count: z.int(), sha256: z.string() }).optional(),
  }),
});

type TuneFile = z.infer<typeof tuneFile>;

/** A search on the disk. */
export type TuneFolder = { readonly folder: string; readonly file: TuneFile };

/** The search in a folder; undefined where there is none. Throws `run-invalid` for a folder with something else in it. */
export async function openTuneFolder(folder: string): Promise<TuneFolder | undefined> {
  const path = resolve(folder);
  if (!existsSync(tunePaths(path).tune)) {
    await requireEmpty(path, { isRun: false });
    return undefined;
  }
  return { folder: path, file: await readJson(tunePaths(path).tune, tuneFile, "run-invalid") };
}

/** Makes the folder, or writes its tune.json anew. */
export async function saveTuneFolder(
  { folder, file }: TuneFolder,
  check: TrialTask["check"],
): Promise<void> {
  await mkdir(folder, { recursive: true });
  // A queue's workers may be writing there.
  if (file.effort.queue === undefined) await clearUnfinished(folder);
  const { tune, data } = tunePaths(folder);
  // First what says whose folder this is: one with anything else in it is begun by nobody.
  await writeFileAtomic(tune, `${JSON.stringify(file, null, 2)}\n`);
  await saveDataCheck(data, check);
}

/** What a process needs to train a trial of the search in a folder. Throws `run-invalid`. */
export async function readTask(folder: string): Promise<TrialTask> {
  const found = await openTuneFolder(folder);
  const check = await readDataCheck(tunePaths(folder).data);
  if (!found || !check) {
    throw new GraftError(
      "run-invalid",
      `${folder} has no search in it: tune.json or data.json is not there. Begin one with: graft tune`,
      { details: { folder } },
    );
  }
  const { plan, samples } = found.file;
  const { features, checkpoints } = tunePaths(found.folder);
  const { data, sha256 } = { data: plan.target, sha256: samples.target?.sha256 ?? null };
  const target = data === null ? null : { data, sha256 };
  return { fixed: plan.fixed, check, sha256: samples.sha256, target, features, checkpoints };
}

/** Throws `run-invalid`, naming the first thing in which a search is not the one in the folder. */
export function requireSameSearch({ folder, file }: TuneFolder, plan: SearchPlan): void {
  const [before, now] = [fieldsOf(file.plan), fieldsOf(plan)];
  const order = (of: SearchPlan) => Object.keys(of.parameters);
  const fields = [...new Set([...before.keys(), ...now.keys()])]
    .map((name): Field => [name, before.get(name), now.get(name)])
    // On which what is suggested depends; a parameter too many is told by its name before.
    .concat([["parameters", order(file.plan), order(plan)]]);
  for (const [name, ...both] of fields) {
    const [was, is] = both.map((one) => JSON.stringify(one) ?? "none");
    if (was === is) continue;
    throw new GraftError(
      "run-invalid",
      `The folder ${folder} holds a search with ${name} ${was}, and this one has ${is}. Give the former, go on with: graft resume ${folder}, or choose another --out.`,
      { details: { folder, name, was, is } },
    );
  }
}

/** Throws `run-invalid` where a search by rounds, which judges all of a round, is to have more or fewer trials. */
export function requireSameTrials(
  { folder, file }: TuneFolder,
  { trials }: Pick<TuneFile["effort"], "trials">,
): void {
  const before = file.effort.trials;
  if (before === trials || !roundsPolicy(file.plan)) return;
  const told = (count: number | null) => (count === null ? "all" : String(count));
  throw new GraftError(
    "run-invalid",
    `The folder ${folder} holds a search by rounds of ${told(before)} trials, and this one has ${told(trials)}; who goes on depends on all of them. Give the former, go on with: graft resume ${folder}, or choose another --out.`,
    { details: { folder, was: before, is: trials } },
  );
}

type Field = [name: string, was: unknown, is: unknown];

function fieldsOf({ fixed, parameters, ...rest }: SearchPlan): ReadonlyMap<string, unknown> {
  const named = Object.entries(parameters).map(
    ([name, one]) => [`parameter ${name}`, one] as const,
  );
  return new Map<string, unknown>([...Object.entries(fixed), ...named, ...Object.entries(rest)]);
}
