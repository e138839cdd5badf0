import { resolve } from "node:path";
import { formatSpace, type Space, spaceFromJson } from "@graft-ml/hpo";
import type { Context } from "../command.js";
import type { ReadEvent } from "../modality/modality.js";
import type { DataCheckEvent } from "../run/data-check.js";
import { readDataCheck } from "../run/data-check.js";
import { datasetFingerprint } from "../run/fingerprint.js";
import { type Prepared, prepare } from "../run/prepare.js";
import { versions } from "../run/versions.js";
import type { WarmEvent } from "../run/warm-start.js";
import type { OpenEvent } from "../source/model-source.js";
import { checkPrepared } from "./check-prepared.js";
import { defaultSpace } from "./default-space.js";
import { requireSameData } from "./open-trials.js";
import { gridSize, longest, prunerOf, samplerOf } from "./policies.js";
import { runSearch, type SearchRunEvent } from "./run-search.js";
import { checkParameters } from "./train-parameters.js";
import { checkTogether, trialOptions } from "./trial-options.js";
import {
  openTuneFolder,
  requireSameSearch,
  saveTuneFolder,
  type TuneFolder,
  tunePaths,
} from "./tune-folder.js";
import { type SearchEffort, type SearchPlan, scoring } from "./tuning.js";

export type TuneStart = {
  readonly type: "tune-start";
  readonly run: string;
  /** As --param takes them. */
  readonly parameters: readonly string[];
  /** Whether nobody named them. */
  readonly isDefault: boolean;
  readonly sampler: string;
  readonly pruner: string;
  /** Null: until the time is up. */
  readonly trials: number | null;
  /** Of the longest trial. */
  readonly epochs: number;
  /** What is scored, and whether more of it is better. */
  readonly metric: string;
  readonly direction: "minimize" | "maximize";
  readonly samples: { readonly train: number; readonly validation: number };
};

export type SearchEvent =
  | ReadEvent
  | OpenEvent
  | DataCheckEvent
  | WarmEvent
  | TuneStart
  | SearchRunEvent;

/** What is asked for: the parameters may be left to us. */
export type Asked = {
  readonly folder: string;
  readonly space: Space | undefined;
  readonly plan: Omit<SearchPlan, "parameters">;
  readonly effort: SearchEffort;
};

/** Begins a search in a new folder, or goes on with the one that is there. Throws `run-invalid` for another one. */
export async function* beginSearch(
  { folder, space, plan, effort }: Asked,
  context: Context,
): AsyncGenerator<SearchEvent> {
  const { fixed } = plan;
  if (space) {
    checkParameters(space, fixed);
    checkTogether(space, fixed);
  }
  const path = resolve(folder);
  const there = await openTuneFolder(path);
  const known = space ?? (there?.file.isDefaultSpace ? spaceIn(there) : undefined);
  if (there) requireSameSearch(there, { ...plan, parameters: known?.parameters ?? {} });
  // A wrong name is told before anything is read.
  prunerOf(plan, plan.minEpochs);
  const { prepared, check } = yield* readAll(plan, there, context);
  const searched = known ?? defaultSpace(fixed, prepared);
  const file: TuneFolder["file"] = {
    versions,
    plan: { ...plan, parameters: searched.parameters as SearchPlan["parameters"] },
    isDefaultSpace: space === undefined,
    effort,
    samples: samplesOf(prepared),
  };
  yield* begin({ folder: path, file }, { prepared, check, signal: context.signal });
}

/** Goes on with the search in a folder as it was asked for last. */
export async function* goOnSearch(
  found: TuneFolder,
  context: Context,
): AsyncGenerator<SearchEvent> {
  const read = yield* readAll(found.file.plan, found, context);
  yield* begin(found, { ...read, signal: context.signal });
}

type Read = { readonly prepared: Prepared; readonly check: Prepared["check"] };

async function* readAll(
  { fixed }: Pick<SearchPlan, "fixed">,
  there: TuneFolder | undefined,
  { signal }: Context,
): AsyncGenerator<SearchEvent, Read> {
  const kept = there && (await readDataCheck(tunePaths(there.folder).data));
  const prepared = yield* prepare(trialOptions(fixed, {}), signal, kept);
  if (there) requireSameData({ fixed, sha256: there.file.samples.sha256 }, prepared);
  return { prepared, check: prepared.check };
}

async function* begin(
  one: TuneFolder,
  { prepared, check, signal }: Read & { readonly signal: AbortSignal },
): AsyncGenerator<SearchEvent> {
  const { folder, file } = one;
  const { plan, effort } = file;
  const space = spaceIn(one);
  checkPrepared(space, plan.fixed, prepared);
  const trials = effort.trials ?? gridSize(space, samplerOf(plan));
  await saveTuneFolder(one, check);
  yield {
    type: "tune-start",
    run: folder,
    parameters: formatSpace(space),
    isDefault: file.isDefaultSpace,
    sampler: plan.sampler,
    pruner: plan.pruner,
    trials,
    epochs: longest(space, plan.fixed),
    ...scoring(plan.fixed.task),
    samples: { train: file.samples.train, validation: file.samples.validation },
  };
  yield* runSearch({ ...one, check, prepared, signal });
}

const spaceIn = ({ file }: TuneFolder): Space => spaceFromJson(file.plan.parameters);

const samplesOf = ({ dataset, names }: Prepared): TuneFolder["file"]["samples"] => ({
  train: dataset.train.length,
  validation: dataset.validation.length,
  test: dataset.test.length,
  sha256: datasetFingerprint(dataset, names),
});
