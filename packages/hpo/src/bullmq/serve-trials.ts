import { type Job, WaitingError, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { queue as queueOf } from "../search/queue.js";
import { agree, otherVersion } from "./agree.js";
import { type Answers, openAnswers } from "./answers.js";
import { type ConnectionEvent, connect } from "./connect.js";
import { FORM, readJob, type TrialJob, writeOutcome } from "./messages.js";
import { PREFIX } from "./names.js";
import { runJob } from "./run-job.js";
import {
  type Runner,
  runnerOf,
  type ServeOptions,
  type ServePlan,
  servePlanOf,
} from "./serve-options.js";
import { within } from "./within.js";

/** What happens at a worker of a queue. Plain JSON. */
export type WorkerEvent =
  | ConnectionEvent
  | {
      readonly type: "worker-start";
      readonly name: string;
      readonly queue: string;
      readonly concurrency: number;
    }
  | ({ readonly type: "trial-start" } & TrialAtWork)
  | ({
      readonly type: "trial-end";
      /** `returned`: given back, for another worker; `lost`: nothing of it counts. */
      readonly state: "done" | "failed" | "lost" | "returned";
      readonly reason?: string;
      readonly seconds: number;
    } & TrialAtWork)
  /** What a trial says beside its reports. */
  | ({ readonly type: "trial-note"; readonly text: string } & TrialAtWork)
  /** Something else went wrong, and was tried again or left to others. */
  | { readonly type: "worker-trouble"; readonly reason: string }
  /** It takes no more trials; so many are under way. */
  | { readonly type: "worker-stop"; readonly running: number }
  | { readonly type: "worker-end" };

/** Which trial it is. */
export type TrialAtWork = {
  readonly search: string;
  readonly number: number;
  readonly attempt: number;
  readonly params: TrialJob["params"];
};

/**
 * Runs the trials of a queue's searches, until its signal is aborted: then it ends those under way or gives them
 * back. Waits while Redis is away. Throws `config-invalid`, and `search-mismatch` where the queue works with
 * another version.
 */
export async function* serveTrials(options: ServeOptions): AsyncGenerator<WorkerEvent, void> {
  const plan = servePlanOf(options);
  const events = queueOf<WorkerEvent | undefined>();
  const stop = new AbortController();
  const abort = (): void => stop.abort(options.signal?.reason);
  options.signal?.addEventListener("abort", abort);
  if (options.signal?.aborted) abort();
  let end: { readonly error?: unknown } | undefined;
  const work = serve(plan, events.put, stop)
    .then(
      () => {
        end = {};
      },
      (error: unknown) => {
        end = { error };
      },
    )
    .finally(() => events.put(undefined));
  try {
    while (true) {
      const isOver = end !== undefined;
      for (const event of events.drain()) if (event) yield event;
      if (isOver) break;
      await events.wait();
    }
    if (end && "error" in end) throw end.error;
    yield { type: "worker-end" };
  } finally {
    options.signal?.removeEventListener("abort", abort);
    stop.abort();
    await work;
  }
}

type Tell = (event: WorkerEvent) => void;

async function serve(plan: ServePlan, tell: Tell, stop: AbortController): Promise<void> {
  const { signal } = stop;
  const client = await connect(plan.options.connection, { tell, signal }).catch((error) => {
    // Stopped before it began.
    if (signal.aborted) return undefined;
    throw error;
  });
  if (!client) return;
  let leave = (): void => {};
  let runner: Runner | undefined;
  let answers: Answers | undefined;
  let failure: { readonly error: unknown } | undefined;
  const fail = (error: unknown): void => {
    failure ??= { error };
    stop.abort(error);
  };
  try {
    leave = await agree(client, { ...plan, fail });
    runner = await runnerOf(plan);
    answers = await openAnswers(client, plan.queue);
    await open({ plan, client, tell, fail, runner, answers }, signal);
  } finally {
    leave();
    answers?.close();
    await runner?.close();
    client.disconnect();
  }
  if (failure) throw failure.error;
}

type Served = {
  readonly runner: Runner;
  readonly answers: Answers;
  readonly plan: ServePlan;
  readonly client: Redis;
  readonly tell: Tell;
  readonly fail: (error: unknown) => void;
};

/** Takes trials until the signal is aborted, and ends or gives back those under way. */
async function open(served: Served, signal: AbortSignal): Promise<void> {
  const { plan, client, tell } = served;
  const running = new Map<string, AbortController>();
  const processing = { ...served, running, accept: acceptorOf(plan) };
  const worker = new Worker(plan.queue, (job, token) => process(job, token!, processing), {
    connection: client,
    prefix: PREFIX,
    name: plan.name,
    concurrency: plan.concurrency,
    skipVersionCheck: true,
    lockDuration: plan.lease,
    // A lock that has run out is seen at the second look after it.
    stalledInterval: plan.lease / 2,
    // A trial whose worker is lost is its search's to give out again.
    maxStalledCount: 0,
    // The longest wait after an error of the connection, which ioredis mends by itself.
    runRetryDelay: 1000,
  });
  worker.on("error", (error) => {
    if (client.status === "ready") tell({ type: "worker-trouble", reason: error.message });
  });
  worker.on("lockRenewalFailed", (ids: readonly string[]) => {
    for (const id of ids) running.get(id)?.abort(new Error("its lease ran out"));
  });
  tell({
    type: "worker-start",
    name: plan.name,
    queue: plan.queue,
    concurrency: plan.concurrency,
  });
  await new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve());
    if (signal.aborted) resolve();
  });
  tell({ type: "worker-stop", running: running.size });
  const closing = worker.close();
  if (await within(plan.farewell, closing)) return;
  for (const each of running.values()) each.abort(new Error("its worker stops"));
  // With Redis away nothing can be given back: the lease runs out.
  if (!(await within(5000, closing))) await worker.close(true);
}

type Processing = Served & {
  readonly running: Map<string, AbortController>;
  readonly accept: (task: unknown) => Promise<void>;
};

/** Runs a job. What it gives is kept as the job's result. */
async function process(job: Job, token: string, the: Processing): Promise<object> {
  const { plan, running, runner, answers, tell } = the;
  const trial = readJob(job.data);
  try {
    checkVersion(plan, trial);
    await the.accept(trial.task);
  } catch (error) {
    the.fail(error);
    await job.moveToWait(token);
    throw new WaitingError();
  }
  const { search, number, attempt, params } = trial;
  const at = { search, number, attempt, params };
  tell({ type: "trial-start", ...at });
  const began = performance.now();
  const stop = new AbortController();
  running.set(job.id!, stop);
  const outcome = await runJob(job, trial, {
    objective: runner.objective,
    threads: plan.threads,
    answers,
    patience: plan.patience,
    note: (text) => tell({ type: "trial-note", text, ...at }),
    signal: stop.signal,
  }).finally(() => running.delete(job.id!));
  const seconds = (performance.now() - began) / 1000;
  if (outcome) {
    const reason = outcome.type === "done" ? {} : { reason: outcome.reason };
    tell({ type: "trial-end", state: outcome.type, ...reason, seconds, ...at });
    return writeOutcome(outcome);
  }
  const { message } = stop.signal.reason as Error;
  tell({ type: "trial-end", state: "returned", reason: message, seconds, ...at });
  await job.moveToWait(token);
  throw new WaitingError();
}

/** Throws `search-mismatch`. */
function checkVersion({ queue, version }: ServePlan, trial: TrialJob): void {
  if (trial.form === FORM && trial.version === version) return;
  throw otherVersion({
    queue,
    kept: `${trial.version ?? "none"} (form ${trial.form})`,
    own: `${version ?? "none"} (form ${FORM})`,
  });
}

/** Looks at each task once. */
function acceptorOf({ options: { accept } }: ServePlan): (task: unknown) => Promise<void> {
  const known = new Map<string, Promise<void>>();
  return async (task) => {
    if (!accept) return;
    const key = JSON.stringify(task);
    const accepted = known.get(key) ?? Promise.resolve(accept(task));
    known.set(key, accepted);
    await accepted;
  };
}
