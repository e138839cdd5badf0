import { SearchError } from "../error.js";
import type { RoundPlace } from "../rounds/place.js";
import type { Params } from "../space/parameter.js";
import type { Report } from "../trial.js";

/** Of all that is kept in Redis: both sides speak the same one. */
export const FORM = 2;

/** What a job holds: one attempt at a trial. */
export type TrialJob = {
  readonly form: typeof FORM;
  readonly version: string | null;
  /** The search that it is of. */
  readonly search: string;
  readonly number: number;
  /** From 1. */
  readonly attempt: number;
  readonly params: Params;
  /** What the objective is told beside its parameters; any JSON. */
  readonly task: unknown;
  /** Of a search by rounds: from where to where it goes. */
  readonly place?: RoundPlace;
};

/** What became of a search's view of a job's reports, read by its worker. */
export type Answer = {
  /** As many of its reports count. */
  readonly taken: number;
  /** To the report after those. */
  readonly refusal?: { readonly reason: string; readonly isPruned: boolean };
  /** The trial is over for its search. */
  readonly cancelled?: string;
};

/** What a worker says at the end. `lost`: nothing that may be kept, as the trial's process ended, or its search did. */
export type Outcome =
  | { readonly type: "done"; readonly result: number | readonly number[] }
  | { readonly type: "failed"; readonly reason: string }
  | { readonly type: "lost"; readonly reason: string };

/** JSON has no NaN and no infinities. */
const packNumber = (value: number): number | string =>
  Number.isFinite(value) ? value : String(value);

/** Of what `packNumber` made; undefined of anything else. */
function unpackNumber(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return ["NaN", "Infinity", "-Infinity"].includes(value as string) ? Number(value) : undefined;
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isScalar = (value: unknown): boolean =>
  value === null || ["string", "number", "boolean"].includes(typeof value);

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;

const isPlace = (value: unknown): boolean =>
  isFields(value) && [value.resource, value.begun, value.origin].every(isCount);

/** The job that a worker was given. Throws `config-invalid` where it is something else. */
export function readJob(data: unknown): TrialJob {
  if (!isFields(data)) throw strange("a job", data);
  const { form, version, search, number, attempt, params, place } = data;
  const isJob =
    isCount(form) &&
    (version === null || typeof version === "string") &&
    typeof search === "string" &&
    isCount(number) &&
    isCount(attempt) &&
    isFields(params) &&
    Object.values(params).every(isScalar) &&
    (place === undefined || isPlace(place));
  if (!isJob) throw strange("a job", data);
  return data as TrialJob;
}

/** The reports of a job's progress, which is 0 before the first. Throws `worker-lost` where it is something else. */
export function readProgress(progress: unknown): readonly Report[] {
  if (progress === 0) return [];
  if (!isFields(progress) || !Array.isArray(progress.reports)) throw strange("progress", progress);
  return (progress.reports as unknown[]).map((report) => {
    const step = isFields(report) ? unpackNumber(report.step) : undefined;
    const value = isFields(report) ? unpackNumber(report.value) : undefined;
    if (step === undefined || value === undefined) throw strange("progress", progress);
    return { step, value };
  });
}

/** What a worker's reports are kept as. */
export const writeProgress = (reports: readonly Report[]): object => ({
  reports: reports.map(({ step, value }) => ({ step: packNumber(step), value: packNumber(value) })),
});

/** The answer that is kept, or none yet. Throws `worker-lost` where it is something else. */
export function readAnswer(text: string | null): Answer {
  if (text === null) return { taken: 0 };
  const answer = parsed(text);
  if (!isFields(answer) || !isCount(answer.taken)) throw strange("an answer", text);
  const { refusal, cancelled } = answer;
  const isAnswer =
    (cancelled === undefined || typeof cancelled === "string") &&
    (refusal === undefined || (isFields(refusal) && typeof refusal.reason === "string"));
  if (!isAnswer) throw strange("an answer", text);
  return answer as Answer;
}

/** What an outcome is kept as. */
export function writeOutcome(outcome: Outcome): object {
  if (outcome.type !== "done") return outcome;
  const { result } = outcome;
  return {
    type: "done",
    result: typeof result === "number" ? packNumber(result) : result.map(packNumber),
  };
}

/** The outcome that a worker left; `lost` where it left something else. */
export function readOutcome(value: unknown): Outcome {
  const { type, reason, result } = isFields(value) ? value : {};
  if ((type === "failed" || type === "lost") && typeof reason === "string") return { type, reason };
  const numbers = (Array.isArray(result) ? result : [result]).map(unpackNumber);
  if (type !== "done" || numbers.includes(undefined)) {
    return { type: "lost", reason: strange("a result", value).message };
  }
  return { type, result: Array.isArray(result) ? (numbers as number[]) : numbers[0]! };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A trial whose worker or queue tells nonsense is one whose worker is lost: it is given out again. */
const strange = (what: string, value: unknown): SearchError =>
  new SearchError(
    what === "a job" ? "config-invalid" : "worker-lost",
    `The queue holds ${JSON.stringify(value)?.slice(0, 200)} as ${what} of a trial, which it isn't. Let only searches and their workers write to it.`,
  );
