import { GraftError, isGraftError } from "@graft-ml/core";
import { type FinishedTrial, type Params, SearchError } from "@graft-ml/hpo";
import { trainFlags } from "../commands/train-flags.js";
import { flagsOf } from "./train-parameters.js";
import { type FixedOptions, type SearchPlan, scoring } from "./tuning.js";

/** The best trial, as best.json has it. */
export type Best = {
  readonly number: number;
  readonly params: Params;
  readonly score: number;
  /** What the score is: "accuracy". */
  readonly metric: string;
  /** Trains the same again. */
  readonly command: string;
};

export const bestOf = (plan: SearchPlan, { number, params, values }: FinishedTrial): Best => ({
  number,
  params,
  score: values[0]!,
  metric: scoring(plan).metric,
  command: trainCommandLine(plan.fixed, params),
});

/** The first of equals. */
export const bestAmong = (
  trials: readonly FinishedTrial[],
  direction: "minimize" | "maximize",
): FinishedTrial | undefined => {
  const sign = direction === "maximize" ? -1 : 1;
  return trials
    .filter(({ state }) => state === "complete")
    .toSorted((a, b) => sign * (a.values[0]! - b.values[0]!) || a.number - b.number)[0];
};

/** The command that trains with these parameters. */
export function trainCommandLine({ data, ...fixed }: FixedOptions, params: Params): string {
  const given = trainFlags().options.flatMap((option) => {
    const value = (fixed as Readonly<Record<string, unknown>>)[option.attributeName()];
    if (value === undefined || value === null || value === false) return [];
    if (option.name() === "device" && value === "auto") return [];
    return value === true ? [`--${option.name()}`] : [`--${option.name()}`, String(value)];
  });
  return ["graft", "train", data, ...given, ...flagsOf(params)].map(quoted).join(" ");
}

const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** What a search without a complete trial ends with. */
export function nothingFound(trials: readonly FinishedTrial[]): SearchError {
  const failed = trials.filter(({ state }) => state === "failed");
  const [first] = failed;
  const told = first
    ? `${failed.length} of ${trials.length} trials failed, the first one with: ${first.reason ?? "no reason"}`
    : `${trials.length} trials were stopped early, or none was begun`;
  return new SearchError(
    "trial-failed",
    `No trial came to its end: ${told.replace(/\.$/, "")}. Change the parameters or the fixed options, and begin anew in another --out.`,
    { details: { trials: trials.length, failed: failed.length } },
  );
}

/** An interrupt, or a full disk, with what goes on with it. */
export function goOn(folder: string, error: unknown): unknown {
  const how = `Go on with: graft resume ${folder}`;
  if (isGraftError(error, "aborted")) {
    const message = `The search was stopped; what has ended is kept. ${how}`;
    return new GraftError("aborted", message, { cause: error });
  }
  if (!isDiskFull(error)) return error;
  const message = `${error.message} Then: ${how}`;
  return new GraftError("disk-write-failed", message, { cause: error });
}

/** Also of a worker process, whose errors come as those of its trials. */
export const isDiskFull = (error: unknown): error is Error =>
  isGraftError(error, "disk-write-failed") ||
  (isGraftError(error) && error.details.code === "disk-write-failed");
