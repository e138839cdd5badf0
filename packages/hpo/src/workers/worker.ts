import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { SearchError } from "../error.js";
import { type PlacedContext, placeOf } from "../rounds/place.js";
import { isPruned, type TrialContext } from "../search/objective.js";
import type { Params } from "../space/parameter.js";
import { watchMemory } from "./memory.js";
import type { FromWorker, ToWorker } from "./messages.js";

/** What a trial is told in another process. */
type WorkContext = PlacedContext & { readonly task?: unknown };

/** A process that runs one trial at a time. */
export type Worker = {
  /** False once it has ended, or is about to. */
  isUsable(): boolean;
  run(params: Params, context: WorkContext): Promise<number | readonly number[]>;
  /** Asks it to end, and ends it where it doesn't within the grace. Settles when it has ended. */
  close(): Promise<void>;
};

/** What a worker is made of. */
export type WorkerSetting = {
  /** Of the module, as a URL. */
  readonly module: string;
  /** Of its export. */
  readonly name: string;
  readonly threads: number;
  /** MiB. */
  readonly memory: number | undefined;
  /** Milliseconds. */
  readonly grace: number;
  readonly nodeArguments: readonly string[];
};

const ENTRY = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "./child.ts" : "./child.js", import.meta.url),
);

/** What the libraries that compute in threads of their own read, each its own name. */
const THREADS = [
  "OMP_NUM_THREADS",
  "OPENBLAS_NUM_THREADS",
  "MKL_NUM_THREADS",
  "VECLIB_MAXIMUM_THREADS",
  "NUMEXPR_NUM_THREADS",
  "RAYON_NUM_THREADS",
  "TF_NUM_INTRAOP_THREADS",
];

/** Starts a worker. Throws `config-invalid` where its module has no such objective, and `worker-lost` where it is killed before it is ready. */
export async function startWorker(setting: WorkerSetting): Promise<Worker> {
  const { module, name, threads, nodeArguments } = setting;
  const environment = Object.fromEntries(THREADS.map((each) => [each, String(threads)]));
  const child = fork(ENTRY, [module, name], {
    // What an objective prints is kept off the search's own output.
    stdio: ["ignore", 2, 2, "ipc"],
    // JSON would make null of NaN.
    serialization: "advanced",
    execArgv: [...process.execArgv, ...nodeArguments],
    env: { ...process.env, ...environment },
  });
  const exited = new Promise<string>((resolve) => {
    child.on("exit", (code, signal) => resolve(signal ?? `code ${code}`));
    child.on("error", (error) => resolve(error.message));
  });
  const first = await Promise.race([firstMessage(child), exited]);
  if (typeof first !== "string" && first.type === "ready") return workerOf(child, exited, setting);
  if (child.signalCode) throw workerLost(child);
  child.kill("SIGKILL");
  const reason = typeof first === "string" ? `its process ended with ${first}` : reasonOf(first);
  throw new SearchError(
    "config-invalid",
    `${module} gives no objective named ${name}: ${reason}. Export one, a function of a trial's parameters.`,
  );
}

const firstMessage = (child: ChildProcess): Promise<FromWorker> =>
  new Promise((resolve) => child.once("message", (message) => resolve(message as FromWorker)));

const failureOf = ({ reason, code }: Extract<FromWorker, { type: "failed" }>): SearchError =>
  new SearchError("trial-failed", reason, code === undefined ? {} : { details: { code } });

const reasonOf = (message: FromWorker): string =>
  "reason" in message ? message.reason : message.type;

function workerOf(child: ChildProcess, exited: Promise<string>, setting: WorkerSetting): Worker {
  let usable = true;
  let over = false;
  void exited.then(() => {
    usable = false;
  });
  const kill = (): void => {
    usable = false;
    child.kill("SIGKILL");
  };
  const send = (message: ToWorker): void => {
    // A worker that is gone is seen by its exit.
    if (child.connected) child.send(message, () => {});
  };
  let running: Promise<unknown> = Promise.resolve();
  let cancelled = (): void => {};
  const run = async (params: Params, context: WorkContext) => {
    const { number, attempt, signal, task } = context;
    const unwatch = watchMemory(child.pid!, setting.memory, () => {
      over = true;
      kill();
    });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const cancel = (): void => {
      send({ type: "cancel", reason: String(signal.reason ?? "the workers are closed") });
      clearTimeout(timer);
      timer = setTimeout(kill, setting.grace);
    };
    signal.addEventListener("abort", cancel);
    cancelled = cancel;
    try {
      const place = placeOf(context);
      send({ type: "run", params, number, attempt, task, threads: setting.threads, ...place });
      if (signal.aborted) cancel();
      const outcome = Promise.race([outcomeOf(child, context, send), exited.then(lost)]);
      running = outcome.catch(() => {});
      return await outcome;
    } finally {
      cancelled = () => {};
      clearTimeout(timer);
      signal.removeEventListener("abort", cancel);
      child.removeAllListeners("message");
      unwatch();
    }
  };
  const lost = (how: string): never => {
    // V8 aborts where its heap is at the limit before the process's memory is.
    const isMemory = over || (setting.memory !== undefined && how === "SIGABRT");
    throw isMemory
      ? new SearchError("trial-failed", `it took more than its ${setting.memory} MiB of memory`)
      : workerLost(child, how);
  };
  const close = async (): Promise<void> => {
    usable = false;
    // A trial that is under way has the grace to end by itself.
    cancelled();
    await running;
    if (child.connected) child.disconnect();
    const timer = setTimeout(kill, setting.grace);
    await exited;
    clearTimeout(timer);
  };
  return { isUsable: () => usable, run, close };
}

const workerLost = (child: ChildProcess, how: string = String(child.signalCode)): SearchError =>
  new SearchError("worker-lost", `its worker ended with ${how}`, { details: { pid: child.pid } });

/** Answers reports until the trial has ended. */
function outcomeOf(
  child: ChildProcess,
  context: TrialContext,
  send: (message: ToWorker) => void,
): Promise<number | readonly number[]> {
  return new Promise((resolve, reject) => {
    child.on("message", (raw) => {
      const message = raw as FromWorker;
      if (message.type === "done") resolve(message.result);
      else if (message.type === "failed") reject(failureOf(message));
      else if (message.type === "note") context.note?.(message.text);
      else if (message.type === "report") {
        const { id, report } = message;
        context.report(report).then(
          () => send({ type: "answer", id }),
          (error: Error) =>
            send({ type: "answer", id, refusal: error.message, isPruned: isPruned(error) }),
        );
      }
    });
  });
}
