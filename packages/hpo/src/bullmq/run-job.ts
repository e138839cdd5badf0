import type { Job } from "bullmq";
import { SearchError } from "../error.js";
import type { Report } from "../trial.js";
import type { WorkerObjective } from "../workers/worker-pool.js";
import type { Answers } from "./answers.js";
import {
  type Answer,
  type Outcome,
  readProgress,
  type TrialJob,
  writeProgress,
} from "./messages.js";

/** What a worker runs a job with. */
export type Running = {
  readonly objective: WorkerObjective;
  readonly threads: number;
  readonly answers: Answers;
  /** Milliseconds that a report waits for its answer. */
  readonly patience: number;
  /** Hears what the trial says beside its reports. */
  readonly note: (text: string) => void;
  /** Aborted where the job is given back, or taken away. */
  readonly signal: AbortSignal;
};

/** How long an answer may be missed, in milliseconds. */
const GLANCE = 2000;

/** Runs a job to its outcome; `undefined` where the signal is aborted before. Never throws. */
export async function runJob(
  job: Job,
  trial: TrialJob,
  running: Running,
): Promise<Outcome | undefined> {
  const stop = new AbortController();
  const abort = (): void => stop.abort(running.signal.reason);
  running.signal.addEventListener("abort", abort);
  if (running.signal.aborted) abort();
  const desk = deskOf(job, running, stop);
  try {
    const context = {
      number: trial.number,
      attempt: trial.attempt,
      threads: running.threads,
      task: trial.task,
      signal: stop.signal,
      report: desk.report,
      note: running.note,
      ...trial.place,
    };
    const given = Promise.resolve().then(() => running.objective(trial.params, context));
    // One that doesn't listen holds nothing up: what it gives counts no more.
    const ended = await Promise.race([given, aborted(stop.signal)]);
    return running.signal.aborted ? undefined : outcomeOf(ended);
  } catch (error) {
    if (running.signal.aborted) return undefined;
    const reason = error instanceof Error ? error.message : String(error);
    const isLost = error instanceof SearchError && error.code === "worker-lost";
    return { type: isLost ? "lost" : "failed", reason };
  } finally {
    running.signal.removeEventListener("abort", abort);
    desk.close();
  }
}

function outcomeOf(result: number | readonly number[]): Outcome {
  const values: readonly unknown[] = Array.isArray(result) ? result : [result];
  if (values.every((value) => typeof value === "number")) return { type: "done", result };
  return { type: "failed", reason: `it gave ${JSON.stringify(result)}; numbers are wanted` };
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort);
  });

type Waiting = {
  readonly since: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

/** Where a trial's reports are put, and their answers awaited. */
function deskOf(job: Job, { answers, patience }: Running, stop: AbortController) {
  const mail = answers.open(job.id!);
  const waiting = new Map<number, Waiting>();
  let closed = false;
  stop.signal.addEventListener("abort", () => {
    for (const { reject } of waiting.values()) reject(stop.signal.reason);
    waiting.clear();
  });

  const hear = ({ taken, refusal, cancelled }: Answer): void => {
    if (cancelled !== undefined) stop.abort(new SearchError("aborted", cancelled));
    for (const [at, { resolve }] of waiting) {
      if (at >= taken) continue;
      resolve();
      waiting.delete(at);
    }
    if (refusal && waiting.size > 0) stop.abort(refused(refusal));
  };
  const listen = async (): Promise<void> => {
    while (!closed) {
      hear(await mail.read());
      const [oldest] = waiting.values();
      if (oldest && performance.now() - oldest.since > patience) stop.abort(unanswered(patience));
      await mail.wait(GLANCE);
    }
  };
  listen().catch((error: unknown) => {
    if (!closed) stop.abort(error);
  });
  const take = takerOf(job);
  const ask = async (report: Report): Promise<void> => {
    if (stop.signal.aborted) throw stop.signal.reason;
    const at = take(report);
    if (at === undefined) return;
    const answer = new Promise<void>((resolve, reject) => {
      waiting.set(at.place, { since: performance.now(), resolve, reject });
    });
    mail.wake();
    await Promise.all([answer, at.kept]);
  };

  return {
    /** No unhandled rejection where nobody awaits it. */
    report(report: Report): Promise<void> {
      const asked = ask(report);
      asked.catch(() => {});
      return asked;
    },
    close() {
      closed = true;
      mail.wake();
      mail.close();
    },
  };
}

/** Gives each report its place among the job's; undefined for one at the step of the last, which doesn't count. */
function takerOf(job: Job) {
  // A job that was given back has reports already: the same ones are not told again.
  const reports = [...readProgress(job.progress)];
  let [next, last] = [0, 0];
  return ({ step, value }: Report) => {
    if (step === last && last > 0) return undefined;
    if (step > last) while (reports[next] && reports[next]!.step < step) next += 1;
    last = step;
    if (reports[next]?.step === step) return { place: next++, kept: undefined };
    const place = reports.push({ step, value }) - 1;
    next = place + 1;
    return { place, kept: job.updateProgress(writeProgress(reports)) };
  };
}

const refused = ({ reason, isPruned }: NonNullable<Answer["refusal"]>): SearchError =>
  new SearchError(isPruned ? "trial-pruned" : "trial-failed", reason);

const unanswered = (patience: number): SearchError =>
  new SearchError(
    "worker-lost",
    `its search gave no answer for ${patience / 1000} s. Start the search again.`,
  );
