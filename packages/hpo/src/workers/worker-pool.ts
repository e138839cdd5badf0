import { SearchError } from "../error.js";
import type { PlacedContext } from "../rounds/place.js";
import type { Objective } from "../search/objective.js";
import type { Params } from "../space/parameter.js";
import { checkMemoryWatch } from "./memory.js";
import { startWorker, type Worker, type WorkerSetting } from "./worker.js";

/** An objective as a worker calls it. */
export type WorkerObjective<P = Params> = (
  params: P,
  context: PlacedContext & {
    /** As many as it should compute with; libraries that read the environment know it already. */
    readonly threads: number;
    /** What it was given beside its parameters: a pool's `task`, or that of a search in a queue. */
    readonly task?: unknown;
  },
) => ReturnType<Objective>;

/** Which processes run trials. */
export type WorkerPoolOptions = {
  /** The module that exports the objective. */
  readonly module: URL;
  /** The name of the export. Default "objective". */
  readonly name?: string;
  /** Processes, each with a trial at a time. */
  readonly count: number;
  /** Threads a trial. Default 1. */
  readonly threads?: number;
  /** What the objective is told beside its parameters, as `context.task`: plain data. Default none. */
  readonly task?: unknown;
  /** MiB a trial may hold; one that holds more is ended and has failed. Each then has a process of its own. */
  readonly memory?: number;
  /** Seconds in which a trial that was pruned or aborted may end by itself. Default 5. */
  readonly grace?: number;
  /** Of Node, such as `--import` of what reads TypeScript. Default none. */
  readonly nodeArguments?: readonly string[];
};

/** Processes that run trials. */
export type WorkerPool = {
  /** Runs a trial in a process that is free. Throws `worker-lost` where it ends without an answer. */
  readonly objective: (
    params: Params,
    context: PlacedContext & { readonly task?: unknown },
  ) => Promise<number | readonly number[]>;
  readonly count: number;
  /** Ends the processes; those with a trial after the grace. Settles when all have ended. */
  close(): Promise<void>;
};

/**
 * Starts worker processes on this machine; the search is given their `objective`, and `workers: count`. Close
 * them after it. Throws `config-invalid` where the module has no such objective.
 */
export async function workerPool(options: WorkerPoolOptions): Promise<WorkerPool> {
  const { count, memory } = options;
  const setting = settingOf(options);
  const all = new Set<Worker>();
  const idle: Worker[] = [];
  const waiting: (() => void)[] = [];
  let busy = 0;
  let closed = false;

  const start = async (): Promise<Worker> => {
    const worker = await startWorker(setting);
    all.add(worker);
    return worker;
  };
  const retire = async (worker: Worker): Promise<void> => {
    await worker.close();
    all.delete(worker);
  };
  const seat = async (): Promise<void> => {
    while (busy >= count) await new Promise<void>((resolve) => waiting.push(resolve));
    busy += 1;
  };
  const leave = (): void => {
    busy -= 1;
    waiting.shift()?.();
  };
  const take = async (): Promise<Worker> => {
    for (let worker = idle.pop(); worker; worker = idle.pop()) {
      if (worker.isUsable()) return worker;
      await retire(worker);
    }
    return await start();
  };
  const close = async (): Promise<void> => {
    closed = true;
    await Promise.all([...all].map(retire));
  };

  const first = await Promise.allSettled(Array.from({ length: count }, start));
  idle.push(...all);
  // One that was killed on its way is started again for the trial that needs it.
  const failed = first.find((one) => one.status === "rejected" && !isLost(one.reason));
  if (failed) {
    await close();
    throw (failed as PromiseRejectedResult).reason;
  }
  return {
    count,
    async objective(params, context) {
      const { task = options.task } = context;
      await seat();
      try {
        if (closed) throw new SearchError("aborted", "The workers are closed. Start others.");
        const worker = await take();
        try {
          return await worker.run(params, { ...context, task });
        } finally {
          // What a trial leaves in memory would count as the next one's.
          if (worker.isUsable() && memory === undefined && !closed) idle.push(worker);
          else await retire(worker);
        }
      } finally {
        leave();
      }
    },
    close,
  };
}

const isLost = (error: unknown): boolean =>
  error instanceof SearchError && error.code === "worker-lost";

function settingOf(options: WorkerPoolOptions): WorkerSetting {
  const { module, name = "objective", threads = 1, memory, grace = 5, count } = options;
  for (const [what, value] of Object.entries({ count, threads })) {
    if (Number.isSafeInteger(value) && value >= 1) continue;
    throw new SearchError("config-invalid", `${what} is ${value}. Give a whole number from 1 up.`);
  }
  if (!(grace >= 0)) throw new SearchError("config-invalid", `grace is ${grace}. Give seconds.`);
  checkMemoryWatch(memory);
  const heap = memory === undefined ? [] : [`--max-old-space-size=${Math.ceil(memory)}`];
  return {
    module: module.href,
    name,
    threads,
    memory,
    grace: grace * 1000,
    nodeArguments: [...heap, ...(options.nodeArguments ?? [])],
  };
}
