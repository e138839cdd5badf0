import { Worker } from "node:worker_threads";
import type { Answer } from "../onnx/protocol.js";
import { correspond, type Transport } from "../onnx/transport.js";
import { workerUrl } from "./worker-url.js";

/** The builds of ONNX Runtime that Node has: of the platform's own code, and of WebAssembly. */
export type RuntimeName = "native" | "wasm";

/**
 * Starts the worker thread. It keeps the process alive only while a call is under way, and it ends by
 * itself when it is told to: ending a thread from outside while it computes aborts the whole process.
 */
export function startThread(runtime: RuntimeName, url: URL = workerUrl): Transport {
  const worker = new Worker(url, { name: "graft-onnx", workerData: runtime, execArgv: [] });
  const calls = correspond({
    send: (envelope, transfer) => worker.postMessage(envelope, transfer),
    busy: (waiting) => (waiting ? worker.ref() : worker.unref()),
  });
  worker.on("message", (answer: Answer) => calls.answered(answer));
  worker.on("error", (cause: Error) => calls.stopped(cause.message, cause));
  const left = new Promise<void>((resolve) => {
    worker.once("exit", (code) => {
      calls.stopped(`its thread ended with code ${code}`);
      resolve();
    });
  });
  worker.unref();
  return {
    call: calls.call,
    close: () => {
      worker.ref();
      worker.postMessage({ call: "end" });
      return left;
    },
  };
}
