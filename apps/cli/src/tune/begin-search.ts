import { resolve } from "node:path";
import { formatSpace, type PlannedRound, type Space, spaceFromJson } from "@graft-ml/hpo";
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
import { type FirstRead, requireSameData } from "./open-trials.js";
import { gridSize, longest, prunerOf, samplerOf } from "./policies.js";
import { checkRounds, roundsOf } from "./rounds-policy.js";
import { runSearch, type SearchRunEvent } from "./run-search.js";
import { checkTarget, openTarget, targetFingerprint } from "./target.js";
import { checkParameters } from "./train-parameters.js";
import { checkTogether, trialOptions } from "./trial-options.js";
import {
  openTuneFolder,
  requireSameSearch,
  requireSameTrials,
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
  /** Of a search by rounds; null: it is none. */
  readonly rounds: readonly PlannedRound[] | null;
  /** What is scored, and whether more of it is better. */
  readonly metric: string;
  readonly direction: "minimize" | "maximize";
  /** Where the samples without answers lie that are scored by; null: the validation samples are. */
  readonly target: string | null;
  readonly samples: {
    readonly train: number;
    readonly validation: number;
    readonly target?: number;
  };
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
  if (plan.target !== null) checkTarget(fixed, space);
  if (space) {
    checkParameters(space, fixed);
    checkTogether(space, fixed);
  }
  const path = resolve(folder);
  const there = await openTuneFolder(path);
  const known = space ?? (there?.file.isDefaultSpace ? spaceIn(there) : undefined);
  if (there) {
    requireSameSearch(there, { ...plan, parameters: known?.parameters ?? {} });
    requireSameTrials(there, effort);
  }
  // A wrong name is told before anything is read.
  prunerOf(plan, plan.minEpochs);
  checkRounds(plan, known, effort);
  const read = yield* readAll(plan, there, context);
  const searched = known ?? defaultSpace(fixed, read.prepared);
  const file: TuneFolder["file"] = {
    versions,
    plan: { ...plan, parameters: searched.parameters as SearchPlan["parameters"] },
    isDefaultSpace: space === undefined,
    effort,
    samples: samplesOf(read),
  };
  yield* begin({ folder: path, file }, { ...read, signal: context.signal });
}

/** Goes on with the search in a folder as it was asked for last. */
export async function* goOnSearch(
  found: TuneFolder,
  context: Context,
): AsyncGenerator<SearchEvent> {
  const read = yield* readAll(found.file.plan, found, context);
  yield* begin(found, { ...read, signal: context.signal });
}

type Read = FirstRead & { readonly check: Prepared["check"] };

async function* readAll(
  { fixed, target: data }: Pick<SearchPlan, "fixed" | "target">,
  there: TuneFolder | undefined,
  { signal }: Context,
): AsyncGenerator<SearchEvent, Read> {
  const kept = there && (await readDataCheck(tunePaths(there.folder).data));
  const prepared = yield* prepare(trialOptions(fixed, {}), signal, kept);
  if (there) requireSameData({ fixed, sha256: there.file.samples.sha256 }, prepared);
  const { check } = prepared;
  if (data === null) return { prepared, check };
  const sha256 = there?.file.samples.target?.sha256 ?? null;
  const target = yield* openTarget({ fixed, target: { data, sha256 } }, prepared, signal);
  return { prepared, check, target };
}

async function* begin(
  one: TuneFolder,
  { prepared, check, target, signal }: Read & { readonly signal: AbortSignal },
): AsyncGenerator<SearchEvent> {
  const { folder, file } = one;
  const { plan, effort } = file;
  const space = spaceIn(one);
  checkPrepared(space, plan, prepared);
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
    rounds: roundsOf(space, plan, effort),
    ...scoring(plan),
    target: plan.target,
    samples: {
      train: file.samples.train,
      validation: file.samples.validation,
      ...(target ? { target: target.source.size } : {}),
    },
  };
  yield* runSearch({ ...one, check, prepared, target, signal });
}

const spaceIn = ({ file }: TuneFolder): Space => spaceFromJson(file.plan.parameters);

const samplesOf = ({
  prepared: { dataset, names },
  target,
}: FirstRead): TuneFolder["file"]["samples"] => ({
  train: dataset.train.length,
  validation: dataset.validation.length,
  test: dataset.test.length,
  sha256: datasetFingerprint(dataset, names),
  ...(target
    ? { target: { count: target.source.size, sha256: targetFingerprint(target.domain) } }
    : {}),
});
