import type { Job, Queue } from "bullmq";
import type { Redis } from "ioredis";
import { SearchError } from "../error.js";
import { type PlacedContext, placeOf } from "../rounds/place.js";
import { isPruned, type TrialContext } from "../search/objective.js";
import type { Params } from "../space/parameter.js";
import {
  type Answer,
  FORM,
  type Outcome,
  readAnswer,
  readOutcome,
  readProgress,
  type TrialJob,
} from "./messages.js";
import { answerKey, jobName, jobsKey } from "./names.js";
import type { Wakers } from "./wakers.js";

/** Where a search's trials are put, and who they are. */
export type Bench = {
  readonly client: Redis;
  readonly jobs: Queue;
  readonly wakers: Wakers;
  readonly queue: string;
  readonly search: string;
  readonly task: unknown;
  readonly version: string | null;
  /** Seconds. */
  readonly keep: number;
};

/** One call of an objective. */
export type Asked = {
  readonly params: Params;
  readonly context: PlacedContext;
  /** What has gone wrong with the whole queue. */
  readonly check: () => SearchError | undefined;
};

/** How long news may be missed, in milliseconds: events are hints, what Redis keeps is what counts. */
const GLANCE = 2000;

/** Runs a trial as a job, or goes on with the one that runs or has ended already. */
export async function runInQueue(bench: Bench, asked: Asked): Promise<number | readonly number[]> {
  const { params, context, check } = asked;
  const id = await findOrAdd(bench, params, context);
  const waker = bench.wakers.open(id);
  context.signal.addEventListener("abort", waker.wake);
  try {
    const reports = reportsOf(bench, id, context);
    for (;;) {
      const error = check();
      if (error) throw error;
      const job = await bench.jobs.getJob(id);
      if (!job) throw lost("Redis has lost it");
      await reports.take(job);
      if (context.signal.aborted) {
        await callOff(bench, { id, job, taken: reports.taken(), signal: context.signal });
        throw new SearchError("aborted", "The trial was called off.");
      }
      if (job.finishedOn !== undefined) return resultOf(job);
      await waker.wait(GLANCE);
    }
  } finally {
    context.signal.removeEventListener("abort", waker.wake);
    waker.close();
  }
}

/** The name of the job of a trial that runs, waits or has a result; else of one that is added now. */
async function findOrAdd(bench: Bench, params: Params, context: PlacedContext): Promise<string> {
  const { jobs, client, queue, search, task, version, keep } = bench;
  const { number } = context;
  const place = placeOf(context);
  for (let attempt = 1; ; attempt++) {
    const id = jobName({ search, number, params, task, place }, attempt);
    const job = await jobs.getJob(id);
    if (job && !(await isSpent(bench, job))) return id;
    // Attempts of a searcher that has gone are passed over, as are those whose workers have.
    if (job || attempt < context.attempt) continue;
    const named = { form: FORM, version, search, number, attempt, params, task } as const;
    const data: TrialJob = place ? { ...named, place } : named;
    const kept = { age: Math.ceil(keep) };
    await client.sadd(jobsKey(queue, search), id);
    await client.expire(jobsKey(queue, search), kept.age);
    await jobs.add("trial", data, { jobId: id, removeOnComplete: kept, removeOnFail: kept });
    return id;
  }
}

/** Whether nothing that may be kept will come of a job. */
async function isSpent({ client, queue }: Bench, job: Job): Promise<boolean> {
  if (job.finishedOn !== undefined && outcomeOf(job).type === "lost") return true;
  const text = await client.get(answerKey(queue, job.id!));
  try {
    readProgress(job.progress);
    return job.finishedOn === undefined && readAnswer(text).cancelled !== undefined;
  } catch {
    // What isn't ours is left alone, and the trial given out anew.
    return true;
  }
}

/** BullMQ's own failures are those of its workers: a trial that fails is an outcome. */
const outcomeOf = ({ failedReason, returnvalue }: Job): Outcome =>
  failedReason === undefined ? readOutcome(returnvalue) : { type: "lost", reason: failedReason };

/** Takes a job's reports in their order and answers them; a report that was answered before has the same answer. */
function reportsOf(bench: Bench, id: string, context: TrialContext) {
  let taken = 0;
  return {
    taken: () => taken,
    async take(job: Job): Promise<void> {
      const before = taken;
      for (const report of readProgress(job.progress).slice(taken)) {
        try {
          await context.report(report);
          taken += 1;
        } catch (error) {
          const { message } = error as Error;
          const refusal = { reason: message, isPruned: isPruned(error) };
          await answer(bench, id, { taken, refusal });
          throw error;
        }
      }
      if (taken > before) await answer(bench, id, { taken });
    },
  };
}

async function answer({ client, queue, keep }: Bench, id: string, the: Answer): Promise<void> {
  const key = answerKey(queue, id);
  await client.multi().set(key, JSON.stringify(the), "EX", Math.ceil(keep)).publish(key, "").exec();
}

type Over = {
  readonly id: string;
  readonly job: Job;
  readonly taken: number;
  readonly signal: AbortSignal;
};

/** A job that runs is told so; one that waits is taken back. */
async function callOff(bench: Bench, { id, job, taken, signal }: Over): Promise<void> {
  // With Redis away there is nobody to tell: the job is found again, or ends for nobody.
  if (bench.client.status !== "ready" || job.finishedOn !== undefined) return;
  const reason = signal.reason instanceof Error ? signal.reason.message : String(signal.reason);
  await answer(bench, id, { taken, cancelled: reason });
  // It can't be removed while a worker has it.
  await job.remove().catch(() => {});
}

function resultOf(job: Job): number | readonly number[] {
  const outcome = outcomeOf(job);
  if (outcome.type === "done") return outcome.result;
  if (outcome.type === "lost") throw lost(outcome.reason);
  throw new SearchError("trial-failed", outcome.reason);
}

const lost = (how: string): SearchError =>
  new SearchError("worker-lost", `its worker in the queue was lost: ${how}`);
