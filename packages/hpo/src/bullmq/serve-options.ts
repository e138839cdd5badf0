import { hostname } from "node:os";
import { SearchError } from "../error.js";
import { type WorkerObjective, workerPool } from "../workers/worker-pool.js";
import type { RedisAddress } from "./connect.js";
import { checkName } from "./names.js";

/** What a worker serves, and with what. */
export type ServeOptions = {
  readonly connection: RedisAddress;
  /** The name of the queue, the same as the searches'. */
  readonly queue: string;
  /** Called in this process: it has to give way to others within the lease. Either this or `module`. */
  readonly objective?: WorkerObjective;
  /** The module that exports the objective; each trial runs in a process that may be killed. */
  readonly module?: URL;
  /**
   * Called with a search's task before its first trial here. What it throws ends this worker, and the trial is for
   * another: a worker that lacks the data fails no trials. Default: every task is taken.
   */
  readonly accept?: (task: unknown) => void | Promise<void>;
  /** The name of the export. Default "objective". */
  readonly exportName?: string;
  /** Of Node, for the module's processes. Default none. */
  readonly nodeArguments?: readonly string[];
  /** How this worker is told from others. Default: its host and its process. */
  readonly name?: string;
  /** Trials at once. Default 1. */
  readonly concurrency?: number;
  /** Threads a trial. Default 1. */
  readonly threads?: number;
  /** MiB a trial of a module may hold. Default: no limit. */
  readonly memory?: number;
  /** What has to be the same on both sides. Default: nothing is compared. */
  readonly version?: string;
  /** Aborted: takes no more trials, and ends. */
  readonly signal?: AbortSignal;
  /** Seconds that trials under way then have to end; later they are given back. Default 20. */
  readonly farewell?: number;
  /** Seconds without a sign of life after which this worker's trials are given out again. Default 30. */
  readonly lease?: number;
  /** Seconds that a report waits for a search that is away, before its trial is dropped. Default 600. */
  readonly patience?: number;
};

/** Options with their defaults; times in milliseconds. */
export type ServePlan = {
  readonly options: ServeOptions;
  readonly queue: string;
  readonly name: string;
  readonly concurrency: number;
  readonly threads: number;
  readonly version: string | null;
  readonly farewell: number;
  readonly lease: number;
  readonly patience: number;
};

/** Fills in the defaults. Throws `config-invalid`, naming the option. */
export function servePlanOf(options: ServeOptions): ServePlan {
  const { concurrency = 1, threads = 1, farewell = 20, lease = 30, patience = 600 } = options;
  check(options, { concurrency, threads, lease, patience, farewell });
  return {
    options,
    queue: options.queue,
    name: options.name ?? `${hostname()}-${process.pid}`,
    concurrency,
    threads,
    version: options.version ?? null,
    farewell: farewell * 1000,
    lease: lease * 1000,
    patience: patience * 1000,
  };
}

/** What runs a worker's trials, and what ends it. */
export type Runner = { readonly objective: WorkerObjective; close(): Promise<void> };

/** In this process, or in some of their own. */
export async function runnerOf({ options, concurrency, threads }: ServePlan): Promise<Runner> {
  const { objective, module, exportName, memory, nodeArguments } = options;
  if (objective) return { objective, close: async () => {} };
  return await workerPool({
    module: module!,
    count: concurrency,
    threads,
    ...(exportName === undefined ? {} : { name: exportName }),
    ...(memory === undefined ? {} : { memory }),
    ...(nodeArguments === undefined ? {} : { nodeArguments }),
  });
}

function check(options: ServeOptions, numbers: Readonly<Record<string, number>>): void {
  checkName("queue", options.queue);
  for (const what of ["concurrency", "threads"]) {
    const value = numbers[what]!;
    if (!(Number.isSafeInteger(value) && value >= 1)) {
      throw invalid(`${what} is ${value}. Give a whole number from 1 up.`);
    }
  }
  for (const what of ["lease", "patience"]) {
    const value = numbers[what]!;
    if (!(value > 0 && value < 1e6)) throw invalid(`${what} is ${value}. Give seconds above 0.`);
  }
  if (!(numbers.farewell! >= 0)) throw invalid(`farewell is ${numbers.farewell}. Give seconds.`);
  if ((options.objective === undefined) === (options.module === undefined)) {
    throw invalid("A worker has either an objective or a module. Give one of them.");
  }
  if (options.memory !== undefined && options.module === undefined) {
    throw invalid(
      `memory is ${options.memory} MiB, and only a module's processes have limits. Give a module.`,
    );
  }
}

const invalid = (message: string): SearchError => new SearchError("config-invalid", message);
