import { SearchError } from "../error.js";
import type { FinishedTrial, Report, Suggested } from "../trial.js";
import type { SearchPlan } from "./options.js";

/** What one attempt at a trial needs. */
export type Attempt = {
  readonly trial: Suggested;
  /** From 1. */
  readonly attempt: number;
  /** Of the trials ended before, those that it may know. */
  readonly history: readonly FinishedTrial[];
  readonly signal: AbortSignal;
  /** Called with each report that counts. */
  readonly tell: (report: Report) => void;
};

/** What came of it: a trial that has ended (with what it threw), or nothing that may be kept. */
export type Outcome =
  | { readonly kind: "ended"; readonly trial: FinishedTrial; readonly error?: unknown }
  | { readonly kind: "lost"; readonly error: SearchError }
  | { readonly kind: "aborted" };

type Verdict = { readonly state: "pruned" | "failed"; readonly error: SearchError };

/** Runs an objective once. Throws what is fatal of what it throws, and nothing else. */
export async function runTrial(plan: SearchPlan, attempt: Attempt): Promise<Outcome> {
  const { trial, signal } = attempt;
  const judge = judgeOf(plan, attempt);
  const stop = new AbortController();
  const aborted = abortion(signal);
  const context = {
    number: trial.number,
    attempt: attempt.attempt,
    signal: AbortSignal.any([signal, stop.signal]),
    report: (report: Report) => refusable(() => judge.take(report), stop),
  };
  const end = (rest: Pick<FinishedTrial, "state" | "values" | "reason">, error?: unknown) =>
    ({ kind: "ended", trial: { ...trial, ...rest, reports: judge.reports }, error }) as const;
  try {
    const given = Promise.resolve().then(() => plan.objective(trial.params, context));
    const values = await Promise.race([given, aborted.promise]);
    if (signal.aborted) return { kind: "aborted" };
    if (judge.verdict) throw judge.verdict.error;
    return end({ state: "complete", values: checkValues(values, plan.directions.length) });
  } catch (error) {
    if (signal.aborted) return { kind: "aborted" };
    if (!judge.verdict && isLost(error)) return { kind: "lost", error };
    const { state, error: cause } = judge.verdict ?? failed(plan, error);
    const reason = cause instanceof Error ? cause.message : String(cause);
    return end({ state, values: [], reason }, cause);
  } finally {
    judge.close();
    aborted.forget();
  }
}

function failed({ isFatal }: SearchPlan, error: unknown): { state: "failed"; error: unknown } {
  if (isFatal(error)) throw error;
  return { state: "failed", error };
}

const isLost = (error: unknown): error is SearchError =>
  error instanceof SearchError && error.code === "worker-lost";

/** A promise that an abort resolves, so that an objective that doesn't listen holds nothing up. */
function abortion(signal: AbortSignal): { promise: Promise<undefined>; forget: () => void } {
  let forget = (): void => {};
  const promise = new Promise<undefined>((resolve) => {
    const abort = (): void => resolve(undefined);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort);
    forget = () => signal.removeEventListener("abort", abort);
  });
  return { promise, forget };
}

/** A refusal also aborts the trial, and is no unhandled rejection where nobody awaits it. */
function refusable(take: () => void, stop: AbortController): Promise<void> {
  const taken = (async () => take())();
  taken.catch((error) => stop.abort(error));
  return taken;
}

/** Takes a trial's reports in order. Once it has decided, it stays so, whatever the objective does. */
function judgeOf({ pruner, directions, seed }: SearchPlan, { trial, history, tell }: Attempt) {
  const reports: Report[] = [];
  let verdict: Verdict | undefined;
  let open = true;
  const refuse = (state: Verdict["state"], message: string): never => {
    const code = state === "pruned" ? "trial-pruned" : "trial-failed";
    verdict = { state, error: new SearchError(code, message) };
    throw verdict.error;
  };
  const judge = (report: Report): void => {
    const { step, value } = report;
    const made = [...reports, report];
    const judged = { trial, reports: made, direction: directions[0]!, seed, history };
    const reason = pruner?.prune(judged);
    if (Number.isFinite(value)) {
      reports.push(report);
      tell(report);
    }
    if (reason !== undefined) refuse("pruned", reason);
    if (!Number.isFinite(value)) refuse("failed", `its report at step ${step} is ${value}`);
  };
  return {
    reports,
    take({ step, value }: Report): void {
      if (verdict) throw verdict.error;
      if (!open) throw new SearchError("trial-failed", `Trial ${trial.number} has ended.`);
      const last = reports.at(-1)?.step ?? 0;
      if (step === last && last > 0) return;
      if (Number.isSafeInteger(step) && step > last) judge({ step, value });
      else
        refuse("failed", `its report has step ${step} after ${last}; whole numbers grow, from 1`);
    },
    get verdict() {
      return verdict;
    },
    close: () => {
      open = false;
    },
  };
}

/** Throws `trial-failed` unless there is a finite number for each objective. */
function checkValues(result: unknown, count: number): readonly number[] {
  const values: unknown[] = Array.isArray(result) ? [...result] : [result];
  const fail = (message: string): never => {
    throw new SearchError("trial-failed", message);
  };
  for (const value of values) {
    if (typeof value !== "number") fail(`it gave ${JSON.stringify(result)}; numbers are wanted`);
    if (!Number.isFinite(value)) fail(`its value is ${value}`);
  }
  if (values.length !== count) fail(`it gave ${values.length} values for ${count} directions`);
  return values as number[];
}
