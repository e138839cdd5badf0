import { Queue, QueueEvents } from "bullmq";
import { SearchError } from "../error.js";
import type { PlacedContext } from "../rounds/place.js";
import { queue as queueOf } from "../search/queue.js";
import type { Params } from "../space/parameter.js";
import { agree } from "./agree.js";
import { BEGINNING, type ConnectionEvent, connect, type RedisAddress } from "./connect.js";
import { type Bench, runInQueue } from "./follow-job.js";
import { answerKey, checkName, jobsKey, PREFIX } from "./names.js";
import { wakersOf } from "./wakers.js";
import { within } from "./within.js";

/** Which queue runs a search's trials. */
export type QueueWorkersOptions = {
  readonly connection: RedisAddress;
  /** The name of the queue, the same as its workers'. */
  readonly queue: string;
  /**
   * The name of the search. A search of the same name that is started again finds what its trials have come to, so
   * a search that begins anew, or computes otherwise, has another.
   */
  readonly search: string;
  /** What the objective is told beside its parameters, as `context.task`: plain JSON. Default null. */
  readonly task?: unknown;
  /** What has to be the same on both sides, such as a program's version. Default: nothing is compared. */
  readonly version?: string;
  /** Seconds for which Redis keeps what a trial has come to, for a searcher that is away. Default a week. */
  readonly keep?: number;
  /** Gives up waiting for Redis to be there for the first time. */
  readonly signal?: AbortSignal;
};

/** What a search's side of a queue tells. Plain JSON. */
export type QueueEvent =
  | ConnectionEvent
  /** How many workers serve the queue, told when it has changed while trials are waited for. */
  | { readonly type: "workers-change"; readonly count: number };

/** Workers of a queue, wherever they run. */
export type QueueWorkers = {
  /** Runs a trial as a job of the queue. Throws `worker-lost` where its worker goes without an answer. */
  readonly objective: (
    params: Params,
    context: PlacedContext,
  ) => Promise<number | readonly number[]>;
  /** What happens to the queue, until it is closed; for one reader. */
  events(): AsyncGenerator<QueueEvent, void>;
  /** Removes all that Redis keeps of this search: once it has ended. */
  forget(): Promise<void>;
  /** Waits for nobody's trial: those under way are called off by the search's own end. */
  close(): Promise<void>;
};

/** How long Redis may take to hear that trials are called off, in milliseconds. */
const FAREWELL = 5000;

/** How often workers are counted, in milliseconds. */
const COUNTING = 5000;

/**
 * Gives a search's trials to the workers of a queue in Redis (BullMQ), which `serveTrials` is at the other end of.
 * The search is given `objective`, and as `workers` as many jobs as it may have in the queue at once. Throws
 * `config-invalid`, also where Redis isn't there within ten seconds, and `search-mismatch` where the queue works with another version.
 */
export async function queueWorkers(options: QueueWorkersOptions): Promise<QueueWorkers> {
  const { queue: name, search, task = null, version = null, keep = 7 * 24 * 3600 } = options;
  checkName("queue", name);
  checkName("search", search);
  if (!(keep > 0))
    throw new SearchError("config-invalid", `keep is ${keep}. Give seconds above 0.`);
  const told = queueOf<QueueEvent | undefined>();
  let closed = false;
  let broken: SearchError | undefined;
  const client = await connect(options.connection, {
    tell: told.put,
    signal: options.signal,
    patience: BEGINNING,
  });
  const wakers = wakersOf();
  const fail = (error: SearchError): void => {
    broken ??= error;
    wakers.wakeAll();
  };
  const leave = await agree(client, { queue: name, version, fail }).catch((error: unknown) => {
    client.disconnect();
    throw error;
  });
  const settings = { connection: client, prefix: PREFIX, skipVersionCheck: true };
  const jobs = new Queue(name, settings);
  const news = new QueueEvents(name, settings);
  // What goes wrong with the connection is told by `connect`.
  jobs.on("error", () => {});
  news.on("error", () => {});
  for (const type of ["progress", "completed", "failed", "removed"] as const) {
    news.on(type, ({ jobId }: { readonly jobId: string }) => wakers.wake(jobId));
  }
  client.on("ready", wakers.wakeAll);
  const bench: Bench = { client, jobs, wakers, search, task, version, keep, queue: name };
  const running = new Set<Promise<unknown>>();
  const stopCounting = countWorkers(jobs, () => running.size > 0, told.put);

  return {
    async objective(params, context) {
      if (closed) throw new SearchError("aborted", "The queue is closed. Open it again.");
      const result = runInQueue(bench, { params, context, check: () => broken });
      running.add(result);
      return await result.finally(() => running.delete(result));
    },
    async *events() {
      while (!closed) {
        for (const event of told.drain()) if (event) yield event;
        if (!closed) await told.wait();
      }
    },
    forget: () => forget(bench),
    async close() {
      if (closed) return;
      closed = true;
      told.put(undefined);
      leave();
      stopCounting();
      const quiet = Promise.allSettled(running).then(() => Promise.allSettled([news.close()]));
      // With Redis away nobody can be told anything.
      await within(client.status === "ready" ? FAREWELL : 0, quiet);
      client.disconnect();
      await Promise.allSettled([...running, news.close(), jobs.close()]);
    },
  };
}

function countWorkers(
  jobs: Queue,
  isWaiting: () => boolean,
  tell: (event: QueueEvent) => void,
): () => void {
  let last: number | undefined;
  const timer = setInterval(() => {
    if (!isWaiting()) return;
    jobs.getWorkersCount().then(
      (count) => {
        if (count !== last) tell({ type: "workers-change", count });
        last = count;
      },
      // Redis is away, which is told already, or doesn't list its clients.
      () => {},
    );
  }, COUNTING);
  timer.unref();
  return () => clearInterval(timer);
}

async function forget({ client, jobs, queue, search }: Bench): Promise<void> {
  const key = jobsKey(queue, search);
  for (const id of await client.smembers(key)) {
    const job = await jobs.getJob(id);
    // One that is still run is removed by its age.
    await job?.remove().catch(() => {});
    await client.del(answerKey(queue, id));
  }
  await client.del(key);
}
