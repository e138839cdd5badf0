import { Worker } from "node:worker_threads";
import { GraftError } from "@graft-ml/core";
import type { Answer, CallName, Calls, Failure } from "./protocol.js";
import type { RuntimeName } from "./runtime.js";
import { workerUrl } from "./worker-url.js";

/** The one road to whoever owns the native sessions: a thread now, a process where a crash must be survived. */
export type Transport = {
  /** `transfer` lists buffers that the other side takes over. Rejects with what went wrong there. */
  call<K extends CallName>(
    call: K,
    request: Calls[K]["request"],
    transfer?: readonly ArrayBuffer[],
  ): Promise<Calls[K]["reply"]>;
  /** Waits for the calls that are under way, then for the other side to leave. */
  close(): Promise<void>;
};

type Waiting = { resolve: (value: never) => void; reject: (error: GraftError) => void };

/**
 * Starts the worker thread. It keeps the process alive only while a call is under way, and it ends by
 * itself when it is told to: ending a thread from outside while it computes aborts the whole process.
 */
export function startThread(runtime: RuntimeName, url: URL = workerUrl): Transport {
  const worker = new Worker(url, { name: "graft-onnx", workerData: runtime, execArgv: [] });
  const waiting = new Map<number, Waiting>();
  let failed: GraftError | undefined;
  let nextId = 0;

  const settle = (id: number): Waiting | undefined => {
    const entry = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0) worker.unref();
    return entry;
  };
  const fail = (error: GraftError) => {
    failed ??= error;
    for (const id of [...waiting.keys()]) settle(id)?.reject(failed);
  };

  worker.on("message", (answer: Answer) => {
    const entry = settle(answer.id);
    if (answer.ok) entry?.resolve(answer.value as never);
    else entry?.reject(errorOf(answer.failure));
  });
  worker.on("error", (cause: Error) => fail(engineFailed(cause.message, cause)));
  const left = new Promise<void>((resolve) => {
    worker.once("exit", (code) => {
      fail(engineFailed(`its thread ended with code ${code}`));
      resolve();
    });
  });
  worker.unref();

  return {
    call: (call, request, transfer = []) =>
      new Promise((resolve, reject) => {
        if (failed) {
          reject(failed);
          return;
        }
        const id = nextId++;
        worker.postMessage({ id, call, request }, transfer);
        worker.ref();
        waiting.set(id, { resolve, reject });
      }),
    close: () => {
      worker.ref();
      worker.postMessage({ call: "end" });
      return left;
    },
  };
}

const engineFailed = (what: string, cause?: unknown): GraftError =>
  new GraftError(
    "engine-failed",
    `The engine stopped: ${what}. Open a new engine and restore the last snapshot.`,
    { cause },
  );

function errorOf({ code, message, details, stack }: Failure): GraftError {
  const cause = new Error(message);
  if (stack !== undefined) cause.stack = stack;
  return new GraftError(code, message, { details, cause });
}
